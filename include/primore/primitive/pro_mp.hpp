// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>
#include <primore/basis/learned_phase.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/dof_count.hpp>
#include <primore/primitive/motion_jacobian.hpp>
#include <primore/primitive/pro_mp_motion.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// What becomes of the functions that `zero_start` adds to a ProMp.
enum class StartPadding {
    solved,  ///< the weights of the first one or two of them are solved so that the motion starts exactly where it is told to
    zero,    ///< all weights are zero, as in MP_PyTorch: the motion starts near the start position
};

template <std::floating_point Scalar>
struct ProMpOptions {
    Eigen::Index dofs = 0;           ///< D, to be given if it is no template argument
    Scalar duration = 1;             ///< tau [s], positive
    Scalar delay = 0;                ///< [s] to wait before the movement begins, not negative
    Eigen::Index basis_count = 10;   ///< K, number of learned weights per degree of freedom, at least 1 [MP_PyTorch: 10]
    Scalar bandwidth_factor = 3;     ///< larger is narrower, positive [MP_PyTorch: 3]
    Eigen::Index basis_outside = 0;  ///< how many functions have their centre before the start, and as many after the end
    Eigen::Index zero_start = 0;     ///< functions added at the start, see StartPadding: 1 for an exact position, 2 for velocity too
    Eigen::Index zero_goal = 0;      ///< functions of weight zero added at the end: they draw the motion to where it started
    StartPadding start_padding = StartPadding::solved;
    Eigen::VectorX<Scalar> weights_scale = Eigen::VectorX<Scalar>::Ones(1);  ///< of the parameters: [K], or [1] for all
    bool learn_duration = false;                                             ///< the duration is the first parameter
    bool learn_delay = false;                                                ///< the delay is the next parameter
};

/// Probabilistic movement primitive: a weighted sum of basis functions of time [Paraschos18, eq. 1].
///
///     y(t) = sum_k w_k Phi_k(p(t))
///
/// over any basis (BasisFunctions) and clock (PhaseClock): NormalizedRbf over LinearPhase unless told otherwise, for a rhythmic movement
/// `ProMp<double, 7, VonMises<double>, RhythmicPhase<double>>`.
///
/// Parameters: [duration if learned][delay if learned], then for each degree of freedom w_1 .. w_K.
/// A motion that has a start is y(t) = start.position + sum_k w_k Phi_k, where the padded functions (`zero_start`) see to it that it
/// starts there; away from the start they fade.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic, typename Basis = NormalizedRbf<Scalar>,
          typename Clock = LinearPhase<Scalar>>
class ProMp {
public:
    template <Real Number = Scalar>
    using Motion = ProMpMotion<Number, Dofs, Basis, decltype(std::declval<Clock>().template cast<Number>())>;
    using Vector = Eigen::VectorX<Scalar>;

    /// @throws std::invalid_argument if an option is out of range
    explicit ProMp(const ProMpOptions<Scalar>& options) requires std::constructible_from<Basis, Clock, NormalizedRbfOptions<Scalar>>
        : ProMp(options, Basis(clock_of(validated(options)), {.count = options.zero_start + options.basis_count + options.zero_goal,
                                                              .outside = options.basis_outside,
                                                              .bandwidth_factor = options.bandwidth_factor})) {}

    /// Over a basis of one's own, which has the padded functions first and last; it takes the place of the options `basis_count`,
    /// `basis_outside` and `bandwidth_factor`.
    /// @throws std::invalid_argument if an option is out of range, or the basis has too few functions
    ProMp(const ProMpOptions<Scalar>& options, Basis basis)
        : options_(options), clock_(clock_of(options)), dofs_(dof_count<Dofs>(where, options.dofs)), basis_(std::move(basis)) {
        static_assert(BasisFunctions<Basis, Scalar> && PhaseClock<Clock, Scalar>);
        detail::require_at_least(where, "the number of basis functions", basis_.count(), options.zero_start + options.zero_goal + 1);
        options_.basis_count = basis_.count() - options.zero_start - options.zero_goal;
        static_cast<void>(validated(options_));
        scale_ = options_.weights_scale.replicate(options_.basis_count / options_.weights_scale.size(), 1);
    }

    [[nodiscard]] Eigen::Index dofs() const noexcept { return dofs_; }
    [[nodiscard]] Eigen::Index weight_count() const noexcept { return options_.basis_count; }  ///< per degree of freedom
    [[nodiscard]] Eigen::Index parameter_count() const noexcept { return learned().count() + dofs_ * weight_count(); }
    [[nodiscard]] LearnedPhase learned() const noexcept { return {.duration = options_.learn_duration, .delay = options_.learn_delay}; }
    [[nodiscard]] const ProMpOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] const Basis& basis() const noexcept { return basis_; }  ///< padded functions included
    [[nodiscard]] const Clock& clock() const noexcept { return clock_; }

    /// The clock of one movement: the configured one, with its learned numbers read from the front of the parameters.
    /// @throws std::invalid_argument if a number is missing or not allowed
    template <typename Derived>
    [[nodiscard]] auto clock(const Eigen::MatrixBase<Derived>& parameters) const {
        detail::require_size(where, "parameters", parameters.size(), parameter_count(), "parameter_count()");
        return learned().read(where, clock_.template cast<typename Derived::Scalar>(), parameters);
    }

    /// The same movements in another time: faster, slower, later.
    /// @throws std::invalid_argument if a number of the clock is not allowed
    [[nodiscard]] ProMp with_clock(const Clock& clock) const {
        clock.validate(where);
        ProMp result = *this;
        result.clock_ = clock;
        result.options_.duration = clock.duration;
        result.options_.delay = clock.delay;
        return result;
    }

    /// The motion of parameters [parameter_count()] without a start: wherever the weights put it, from time 0 on. Allocates.
    /// The parameters may be numbers that carry derivatives.
    /// @throws std::invalid_argument if the parameters have another size, are not finite, or a learned duration or delay is not allowed
    template <typename Derived>
    [[nodiscard]] Motion<typename Derived::Scalar> trajectory(const Eigen::MatrixBase<Derived>& parameters) const {
        using Number = typename Derived::Scalar;
        static_assert(std::same_as<detail::Base<Number>, Scalar>, "the parameters are of another scalar type than the primitive");
        const auto phase = clock(parameters);
        detail::require_finite(where, "parameters", parameters);
        typename Motion<Number>::Weights weights = Motion<Number>::Weights::Constant(dofs_, basis_.count(), Number(0));
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            for (Eigen::Index k = 0; k < weight_count(); ++k) {
                weights(dof, options_.zero_start + k) = parameters(learned().count() + dof * weight_count() + k) * scale_(k);
            }
        }
        return Motion<Number>(basis_, phase, std::move(weights));
    }

    /// The motion that begins in a given state. Allocates.
    ///
    /// @throws std::invalid_argument as without a start, if the state has another size or is not finite, if there is no padded function
    ///         to begin with (`zero_start`) or it has faded at start.time, or if the velocity cannot be met
    template <typename Derived>
    [[nodiscard]] Motion<typename Derived::Scalar> trajectory(const Eigen::MatrixBase<Derived>& parameters,
                                                              const StartState<typename Derived::Scalar, Dofs>& start) const {
        using Number = typename Derived::Scalar;
        Motion<Number> motion = trajectory(parameters);
        motion.start_ = start.completed(where, dofs_);
        motion.offset_ = motion.start_.position;
        const Derivatives<Number> phase = motion.phase_.derivatives(motion.start_.time);
        motion.start_phase_ = phase.value;
        require_reachable(motion.start_, detail::value_of(phase.first));
        if (padding_count() == 0) return motion;
        motion.exact_derivatives_ = padding_count();
        const auto phi = functions(basis_, phase.value);
        require_not_faded(phi, motion.start_.time);
        DofVector<Number, Dofs> slope = -(motion.weights_ * phi.first);
        if (phase.first != Number(0)) slope += motion.start_.velocity / phase.first;
        motion.weights_.leftCols(padding_count()) = padding_weights(phi, -(motion.weights_ * phi.value), slope);
        motion.offset_ -= motion.weights_ * phi.value;  // what rounding has left of zero
        return motion;
    }

    /// The basis of the motion at times [T], by the configured clock; without a start time that of a motion without a start. Allocates.
    /// @throws std::invalid_argument if a time is not finite, or as trajectory() for a start time
    [[nodiscard]] BasisTable<Scalar> basis_table(const Eigen::Ref<const Vector>& times, std::optional<Scalar> start_time = {}) const {
        detail::require_finite(where, "times", times);
        if (start_time) require_reachable(StartState<Scalar, Dofs>{}.completed(where, dofs_), Scalar(1));
        const Eigen::MatrixX<Scalar> map = start_time ? start_map(*start_time) : Eigen::MatrixX<Scalar>(0, 2 + weight_count());
        const Eigen::MatrixX<Scalar> none = Eigen::MatrixX<Scalar>::Zero(times.size(), 2 + weight_count());
        BasisTable<Scalar> table{times, none, none, none};
        if (start_time) table.position.col(0).setOnes();
        Rows rows(4, basis_.count());
        for (Eigen::Index row = 0; row < times.size(); ++row) {
            fill_rows(start_time ? std::max(times(row), *start_time) : times(row), rows);
            const auto fill = [&](Eigen::MatrixX<Scalar>& out, Eigen::Index order) {
                for (Eigen::Index k = 0; k < weight_count(); ++k) out(row, 2 + k) = rows(order, options_.zero_start + k) * scale_(k);
                for (Eigen::Index pad = 0; pad < map.rows(); ++pad) out.row(row) += rows(order, pad) * map.row(pad);
            };
            fill(table.position, 0);
            fill(table.velocity, 1);
            fill(table.acceleration, 2);
        }
        return table;
    }

    /// The derivatives of the set point at a time with respect to all that the motion was made of; without a start the columns of the
    /// start are zero. Allocates.
    /// @throws std::invalid_argument as trajectory()
    [[nodiscard]] MotionJacobian<Scalar> jacobian(const Eigen::Ref<const Vector>& parameters, Scalar time,
                                                  const std::optional<StartState<Scalar, Dofs>>& start = {}) const {
        const Motion<> motion = start ? trajectory(parameters, *start) : trajectory(parameters);
        const ProMp timed = with_clock(motion.phase_);
        const Scalar now = time > motion.start_.time ? std::min(time, motion.last_) : motion.start_.time;
        const auto table = timed.basis_table(Vector::Constant(1, now), start ? std::optional(motion.start_.time) : std::nullopt);
        auto result = MotionJacobian<Scalar>::of_weights(table, learned(), dofs_);
        Rows rows(4, basis_.count());
        timed.fill_rows(now, rows);
        const Scalar tau = motion.phase_.duration;
        const Derivatives<Scalar> phase = motion.phase_.derivatives(motion.start_.time);
        const auto phi = functions(basis_, phase.value);
        for (const bool is_duration : {true, false}) {  // otherwise it is the delay
            const Scalar shift_now = is_duration ? -motion.phase_.scaled_time(now) : Scalar(-1);
            const Scalar shift_start = is_duration ? -motion.phase_.scaled_time(motion.start_.time) : Scalar(-1);
            Eigen::Matrix<Scalar, Dofs, Eigen::Dynamic> padding(dofs_, 0);  // how the weights of the padded functions change
            if (motion.exact_derivatives_ > 0) {
                const Scalar rate_change = shift_start * phase.second - (is_duration ? phase.first / tau : Scalar(0));
                DofVector<Scalar, Dofs> slope = -(motion.weights_ * phi.second) * (shift_start * phase.first);
                if (phase.first != Scalar(0)) slope -= motion.start_.velocity * (rate_change / (phase.first * phase.first));
                padding = padding_weights<Scalar>(phi, -(motion.weights_ * phi.first) * (shift_start * phase.first), slope);
            }
            const auto column = [&](Eigen::Index order) -> Vector {
                Vector change = motion.weights_ * rows.row(order + 1).transpose() * shift_now;
                if (is_duration) change -= motion.weights_ * rows.row(order).transpose() * (static_cast<Scalar>(order) / tau);
                return change + padding * rows.row(order).head(padding.cols()).transpose();
            };
            result.set_clock_column(learned(), is_duration, column(0), column(1), column(2));
        }
        return result;
    }

private:
    static constexpr auto where = "ProMp";
    using Rows = Eigen::Matrix<Scalar, 4, Eigen::Dynamic>;  // the functions and their time derivatives [4 x zero_start + K + zero_goal]

    static const ProMpOptions<Scalar>& validated(const ProMpOptions<Scalar>& options) {
        clock_of(options).validate(where);
        detail::require_at_least(where, "zero_start", options.zero_start, 0);
        detail::require_at_least(where, "zero_goal", options.zero_goal, 0);
        detail::require_at_least(where, "basis_outside", options.basis_outside, 0);
        const Eigen::Index least = options.basis_outside > 0 ? 2 * options.basis_outside + 2 - options.zero_start - options.zero_goal : 1;
        detail::require_at_least(where, "basis_count", options.basis_count, std::max<Eigen::Index>(least, 1));
        detail::require_positive(where, "bandwidth_factor", options.bandwidth_factor);
        if (options.weights_scale.size() != 1) {
            detail::require_size(where, "weights_scale", options.weights_scale.size(), options.basis_count, "basis_count; or 1 for all");
        }
        detail::require_finite(where, "weights_scale", options.weights_scale);
        return options;
    }

    static Clock clock_of(const ProMpOptions<Scalar>& options) {
        Clock clock{};
        clock.duration = options.duration;
        clock.delay = options.delay;
        return clock;
    }

    /// How many functions are solved for the start: one for the position, a second for the velocity.
    [[nodiscard]] Eigen::Index padding_count() const noexcept {
        return options_.start_padding == StartPadding::solved ? std::min<Eigen::Index>(options_.zero_start, 2) : 0;
    }

    void fill_rows(Scalar time, Rows& rows) const noexcept {
        const Derivatives<Scalar> p = clock_.derivatives(time);
        const Scalar rate2 = p.first * p.first;
        function_rows(basis_, p.value, rows);
        for (auto phi : rows.colwise()) {
            phi(3) = p.first * rate2 * phi(3) + 3 * p.first * p.second * phi(2) + p.third * phi(1);
            phi(2) = rate2 * phi(2) + p.second * phi(1);
            phi(1) *= p.first;
        }
    }

    template <typename Number>
    void require_reachable(const StartState<Number, Dofs>& start, Scalar phase_rate) const {
        const bool is_solved = options_.start_padding == StartPadding::solved;
        if (is_solved && options_.zero_start == 0) {
            detail::refuse(where, "zero_start", 0, "at least 1 for a motion with a start state (2 if it has a velocity)");
        }
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            const Scalar velocity = detail::value_of(start.velocity(dof));
            if (velocity == Scalar(0)) continue;
            const auto name = "start.velocity[" + std::to_string(dof) + "]";
            if (!is_solved) detail::refuse(where, name, velocity, "zero, or start_padding = solved with zero_start = 2");
            if (options_.zero_start == 1) detail::refuse(where, name, velocity, "zero, or zero_start = 2");
            if (phase_rate == Scalar(0)) detail::refuse(where, name, velocity, "zero outside the time of the movement");
        }
    }

    /// Weights that compensate for faded functions could overflow.
    template <typename Number>
    void require_not_faded(const Derivatives<Eigen::VectorX<Number>>& phi, const Number& time) const {
        for (Eigen::Index k = 0; k < padding_count(); ++k) {
            if (std::abs(detail::value_of(phi.value(k))) > std::sqrt(std::numeric_limits<Scalar>::min())) continue;
            detail::refuse(where, "start.time", detail::value_of(time),
                           "a time at which the functions padded by zero_start have not faded yet");
        }
    }

    /// The weights [n x padding_count()] of the padded functions with sum_k u_k Phi_k = value and, of two, sum_k u_k Phi_k' = slope, [n].
    template <typename Number, typename Value, typename Slope>
    [[nodiscard]] Eigen::Matrix<Number, Value::RowsAtCompileTime, Eigen::Dynamic> padding_weights(
        const Derivatives<Eigen::VectorX<Number>>& phi, const Eigen::MatrixBase<Value>& value,
        const Eigen::MatrixBase<Slope>& slope) const {
        Eigen::Matrix<Number, Value::RowsAtCompileTime, Eigen::Dynamic> weights(value.size(), padding_count());
        if (padding_count() == 1) {
            weights.col(0) = value / phi.value(0);
            return weights;
        }
        // a + b = value and s_0 a + s_1 b = slope for the contributions a = u_0 Phi_0, b = u_1 Phi_1, with s = Phi' / Phi.
        const Number s_0 = phi.first(0) / phi.value(0), s_1 = phi.first(1) / phi.value(1);
        weights.col(0) = (value * s_1 - slope) / Number((s_1 - s_0) * phi.value(0));
        weights.col(1) = (slope - value * s_0) / Number((s_1 - s_0) * phi.value(1));
        return weights;
    }

    /// What start velocity and weights make of the weights of the padded functions: [padding_count() x 2 + K], see BasisTable.
    [[nodiscard]] Eigen::MatrixX<Scalar> start_map(Scalar time) const {
        if (padding_count() == 0) return Eigen::MatrixX<Scalar>(0, 2 + weight_count());
        const Derivatives<Scalar> phase = clock_.derivatives(time);
        const auto phi = functions(basis_, phase.value);
        require_not_faded(phi, time);
        Vector value = Vector::Zero(2 + weight_count()), slope = value;
        value.tail(weight_count()) = -phi.value.segment(options_.zero_start, weight_count()).cwiseProduct(scale_);
        slope.tail(weight_count()) = -phi.first.segment(options_.zero_start, weight_count()).cwiseProduct(scale_);
        if (phase.first != Scalar(0)) slope(1) = 1 / phase.first;
        return padding_weights<Scalar>(phi, value, slope).transpose();
    }

    ProMpOptions<Scalar> options_;
    Clock clock_;
    Eigen::Index dofs_;
    Basis basis_;
    Vector scale_;  // [K] of the parameters
};

}  // namespace primore
