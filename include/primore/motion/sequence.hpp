// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/mirror.hpp>
#include <primore/detail/require.hpp>
#include <primore/distribution/gaussian_update.hpp>
#include <primore/distribution/observation.hpp>
#include <primore/distribution/semidefinite_root.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// Where and how fast a motion is at a time: the start of the next.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic, typename M>
[[nodiscard]] StartState<Scalar, Dofs> state_at(const M& motion, Scalar time) {
    const Setpoint<Scalar, Dofs> setpoint = motion.at(time);
    return {time, setpoint.position, setpoint.velocity};
}

/// The same primitive with a movement that begins at a time: its clock waits until then.
template <typename Primitive, std::floating_point Scalar>
[[nodiscard]] Primitive beginning_at(const Primitive& primitive, Scalar time) {
    auto clock = primitive.clock();
    clock.delay = time;
    return primitive.with_clock(clock);
}

/// Motions one after the other, of one kind or of several, each from its start time until the next one starts. A Motion itself, without
/// a jump in position or velocity.
template <std::floating_point Scalar, int Dofs, typename... Motions>
class Sequence {
public:
    using Segment = std::variant<Motions...>;

    explicit Sequence(Segment first) : segments_{std::move(first)} {}

    /// Goes over to another motion at its start time.
    /// @throws std::invalid_argument if it does not start after the motion before it, or not where that is, with the velocity it has then
    void append(Segment next) {
        const Scalar time = std::visit([](const auto& motion) { return motion.start_time(); }, next);
        const Scalar before = start_of(segments_.back());
        if (!(time > before)) detail::refuse(where, "the start time of the next motion", time, "later than " + std::to_string(before));
        const auto from = at(time), to = std::visit([&](const auto&motion) { return motion.at(time); }, next);
        detail::require_size(where, "the next motion", to.position.size(), dofs(), "dofs() of the motion before");
        const Scalar rounding = std::sqrt(Eigen::NumTraits<Scalar>::epsilon());
        const auto require_close = [&](const char* name, const auto& a, const auto& b) {
            const Scalar jump = (a - b).cwiseAbs().maxCoeff();
            if (!(jump <= rounding * (1 + a.cwiseAbs().maxCoeff()))) detail::refuse(where, name, jump, "zero, but for rounding");
        };
        require_close("the jump of the position", from.position, to.position);
        require_close("the jump of the velocity", from.velocity, to.velocity);
        segments_.push_back(std::move(next));
    }

    /// Plans another primitive from where this sequence is at a time, and goes over to it then.
    /// @throws std::invalid_argument if the primitive cannot start there, or as append()
    template <typename Primitive>
    void append(const Primitive& primitive, const Eigen::Ref<const Eigen::VectorX<Scalar>>& parameters, Scalar time) {
        append(Segment(primitive.trajectory(parameters, state_at<Scalar, Dofs>(*this, time))));
    }

    /// Writes the set point at a time; one before the start, or NaN, counts as the start. No allocation. O(number of motions).
    void evaluate(Scalar time, Setpoint<Scalar, Dofs>& setpoint) const noexcept {
        std::size_t now = segments_.size() - 1;
        while (now > 0 && !(time >= start_of(segments_[now]))) --now;
        std::visit([&](const auto& motion) { motion.evaluate(time, setpoint); }, segments_[now]);
    }

    [[nodiscard]] Setpoint<Scalar, Dofs> at(Scalar time) const {
        auto setpoint = Setpoint<Scalar, Dofs>::zero(dofs());
        evaluate(time, setpoint);
        return setpoint;
    }

    /// @throws std::invalid_argument for a time before the start, or one that is not finite
    [[nodiscard]] Trajectory<Scalar, Dofs> table(const Eigen::Ref<const Eigen::VectorX<Scalar>>& times) const {
        return tabulate<Scalar, Dofs>(where, *this, times);
    }

    [[nodiscard]] Scalar start_time() const noexcept { return start_of(segments_.front()); }
    [[nodiscard]] Scalar end_time() const noexcept { return end_of(segments_.back()); }
    [[nodiscard]] Scalar duration() const noexcept {
        return end_time() - end_of(segments_.front()) + std::visit([](const auto& motion) { return motion.duration(); }, segments_.front());
    }
    [[nodiscard]] Eigen::Index dofs() const noexcept {
        return std::visit([](const auto& motion) { return motion.dofs(); }, segments_.front());
    }

private:
    static constexpr auto where = "Sequence";

    static Scalar start_of(const Segment& segment) noexcept {
        return std::visit([](const auto& motion) { return motion.start_time(); }, segment);
    }
    static Scalar end_of(const Segment& segment) noexcept {
        return std::visit([](const auto& motion) { return motion.end_time(); }, segment);
    }

    std::vector<Segment> segments_;
};

/// The movements of `next` that go on, at a time, where those of `previous` are then.
///
/// A primitive that starts in a state starts in the mean state. One that does not has its weights conditioned on position and velocity,
/// such that both are distributed at that time as they are in `previous`: K as for exact observations of the mean state (m, C),
///
///     w | C:   mean + K (m - H mean),     S - K H S + K C K'
/// @throws std::invalid_argument if the degrees of freedom differ, or the next primitive has no motion at that time
template <typename Previous, typename Next, typename Scalar = typename TrajectoryDistribution<Next>::Scalar>
[[nodiscard]] TrajectoryDistribution<Next> continued(const TrajectoryDistribution<Previous>& previous, Scalar time,
                                                     const TrajectoryDistribution<Next>& next) {
    constexpr auto where = "continued";
    const Eigen::Index dofs = next.dofs();
    detail::require_size(where, "the state of previous", previous.dofs(), dofs, "dofs() of next");
    const StateDistribution<Scalar> state = previous.at(time).without_acceleration();
    constexpr bool can_go_without = requires(const Next& primitive, const Eigen::VectorX<Scalar>& v) { primitive.trajectory(v); };
    if (next.start() || !can_go_without) {
        return {next.primitive(), next.weights(),
                typename TrajectoryDistribution<Next>::Start{time, state.mean.head(dofs), state.mean.tail(dofs)}};
    }
    const auto linear = linear_observations<Next, Scalar>(
        where, next, {{.time = time, .value = state.mean.head(dofs)}, {.time = time, .order = 1, .value = state.mean.tail(dofs)}});
    WeightDistribution<Scalar> weights = next.weights();
    const GaussianUpdate<Scalar> update(where, linear.map, weights, linear.noise);
    const Eigen::MatrixX<Scalar> spread = update.shift(SemidefiniteRoot<Scalar>(where, "the state of previous", state.covariance).matrix());
    weights.mean += update.shift(linear.residuals);
    weights.covariance = update.reduced(weights.covariance);
    weights.covariance.template selfadjointView<Eigen::Lower>().rankUpdate(spread);
    detail::mirror_lower(weights.covariance);
    return next.with_weights(std::move(weights));
}

}  // namespace primore
