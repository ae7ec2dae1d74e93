// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/dmp_motion.hpp>
#include <primore/primitive/dmp_movement.hpp>
#include <primore/primitive/dmp_options.hpp>
#include <primore/primitive/dmp_response.hpp>
#include <primore/primitive/dmp_sensitivity.hpp>
#include <primore/primitive/dmp_terms.hpp>
#include <primore/primitive/dof_count.hpp>
#include <primore/primitive/motion_jacobian.hpp>

namespace primore {

/// Dynamic movement primitive: an attractor with a forcing term that is learned [Ijspeert13], in all variants of DmpOptions.
///
///     tau^2 y'' = alpha (beta (G - y) - tau y') + s r fading sum_k w_k Phi_k(phase) - alpha beta (g - y_0) x + coupling
///
/// Here primes are time derivatives, G is the goal path from start y_0 to goal g, s the scaling, r the amplitude, and the term with the
/// exponential phase x is that of `smooth_scaling`. Start and y_0 are the state from which a movement starts, whenever that is.
///
/// What the functions do to the attractor is tabulated once, by the constructor: a fraction of a millisecond for ten functions. The table
/// serves all parameters, starts and goals; a movement takes from it the sum of its weights, and steps through that.
///
/// Parameters: [duration if learned][delay if learned][alpha_phase if learned], then for each degree of freedom w_1 .. w_K, g.
/// Without a scaling of the forcing term a DMP is linear in them (LinearPrimitive).
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic, typename Basis = NormalizedRbf<Scalar>>
class Dmp {
public:
    template <Real Number = Scalar>
    using Motion = DmpMotion<Number, Dofs, Basis>;
    template <Real Number = Scalar>
    using Movement = DmpMovement<Number, Dofs, Basis>;
    using Vector = Eigen::VectorX<Scalar>;
    using Clock = ExponentialPhase<Scalar>;
    using Terms = DmpTerms<Scalar, Basis>;

    /// With normalised radial basis functions of the phase, `basis_count`, `bandwidth_factor` and `basis_outside`.
    /// @throws std::invalid_argument if an option is out of range, or the phase is rhythmic, which asks for periodic functions
    explicit Dmp(const DmpOptions<Scalar>& options) requires std::same_as<Basis, NormalizedRbf<Scalar>>
        : Dmp(options, radial_basis(options)) {}

    /// With any functions of the phase (BasisFunctions); their number counts, not `basis_count`.
    /// @throws std::invalid_argument if an option is out of range
    Dmp(const DmpOptions<Scalar>& options, Basis basis)
        : dofs_(dof_count<Dofs>(where, options.dofs)), clock_{options.duration, options.delay, options.alpha_phase} {
        validate(options, basis.count(), dofs_);
        terms_ = std::make_shared<const Terms>(options, std::move(basis));
    }

    [[nodiscard]] Eigen::Index dofs() const noexcept { return dofs_; }
    [[nodiscard]] Eigen::Index weight_count() const noexcept { return basis().count() + 1; }  ///< with the goal, per degree of freedom
    [[nodiscard]] Eigen::Index parameter_count() const noexcept { return learned().count() + dofs_ * weight_count(); }
    [[nodiscard]] LearnedPhase learned() const noexcept {
        return {.duration = options().learn_duration, .delay = options().learn_delay, .decay = options().learn_alpha_phase};
    }
    [[nodiscard]] const DmpOptions<Scalar>& options() const noexcept { return terms_->options(); }  ///< as constructed; see clock()
    [[nodiscard]] const Basis& basis() const noexcept { return terms_->basis(); }
    [[nodiscard]] const Terms& terms() const noexcept { return *terms_; }
    [[nodiscard]] const Clock& clock() const noexcept { return clock_; }

    /// The clock of one movement: the configured one, with its learned numbers read from the front of the parameters.
    /// @throws std::invalid_argument if a number is missing or not allowed
    template <typename Derived>
    [[nodiscard]] auto clock(const Eigen::MatrixBase<Derived>& parameters) const {
        detail::require_size(where, "parameters", parameters.size(), parameter_count(), "parameter_count()");
        return learned().read(where, clock_.template cast<typename Derived::Scalar>(), parameters);
    }

    /// The same movements in another time: faster, slower, later. The functions stay where they are in phase.
    /// @throws std::invalid_argument if a number of the clock is not allowed
    [[nodiscard]] Dmp with_clock(const Clock& clock) const {
        clock.validate(where);
        Dmp result = *this;
        result.clock_ = clock;
        return result;
    }

    /// What multiplies the weights of the parameters: weights_scale times amplitude, [D x K]. Allocates.
    [[nodiscard]] Eigen::MatrixX<Scalar> weight_scale() const {
        const auto filled = [](const Vector& values, Eigen::Index size) -> Vector { return values.replicate(size / values.size(), 1); };
        return filled(options().amplitude, dofs_) * filled(options().weights_scale, basis().count()).transpose();
    }

    /// One movement, to be run step by step. Parameters and start may be numbers that carry derivatives. Allocates,
    /// O(D K) per piece of the table: some microseconds.
    ///
    /// @param parameters  [parameter_count()]
    /// @throws std::invalid_argument if a size is wrong, a number not finite, a learned number of the clock not allowed, or there is a
    ///         start velocity before the delay has ended
    template <typename Derived>
    [[nodiscard]] Movement<typename Derived::Scalar> movement(const Eigen::MatrixBase<Derived>& parameters,
                                                              const StartState<typename Derived::Scalar, Dofs>& start) const {
        using Number = typename Derived::Scalar;
        static_assert(std::same_as<detail::Base<Number>, Scalar>, "the parameters are of another scalar type than the primitive");
        const auto clock = this->clock(parameters);
        detail::require_finite(where, "parameters", parameters);
        const auto from = start.completed(where, dofs_);
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            if (from.velocity(dof) == Number(0) || !(from.time < clock.delay)) continue;
            detail::refuse(where, "start.velocity[" + std::to_string(dof) + "]", detail::value_of(from.velocity(dof)),
                           "zero before the delay has ended");
        }
        const Eigen::Index count = basis().count();
        Eigen::Matrix<Number, Dofs, Eigen::Dynamic> weights(dofs_, count);
        typename Movement<Number>::Ends ends(dofs_, 6);
        const Eigen::MatrixX<Scalar> scale = weight_scale();
        const Number tau = clock.duration;
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            const Eigen::Index first = learned().count() + dof * weight_count();
            for (Eigen::Index k = 0; k < count; ++k) weights(dof, k) = parameters(first + k) * scale(dof, k);
            ends.row(dof) << from.position(dof), parameters(first + count) * options().goal_scale, from.velocity(dof) * tau,
                entry(options().goal_velocity, dof) * tau, entry(options().start_acceleration, dof) * tau * tau,
                entry(options().goal_acceleration, dof) * tau * tau;
        }
        return {terms_, clock, weights, std::move(ends), from};
    }

    /// The motion of parameters from a state in which the robot is. Allocates.
    /// @throws std::invalid_argument as movement()
    template <typename Derived>
    [[nodiscard]] Motion<typename Derived::Scalar> trajectory(const Eigen::MatrixBase<Derived>& parameters,
                                                              const StartState<typename Derived::Scalar, Dofs>& start) const {
        return Motion<typename Derived::Scalar>(movement(parameters, start));
    }

    /// The basis of the motion at times [T] by the configured clock, from a start at `start_time` (0 if not given). Allocates.
    /// With DmpIntegrator::mp_pytorch the times are its steps.
    ///
    /// @throws std::invalid_argument if a time is not finite or the motion is not linear: scaled with the goal, or with a moving end
    [[nodiscard]] BasisTable<Scalar> basis_table(const Eigen::Ref<const Vector>& times, std::optional<Scalar> start_time = {}) const {
        detail::require_finite(where, "times", times);
        if (options().scaling != DmpScaling::none) detail::refuse(where, "scaling", "goal_distance", "none: the motion is not linear");
        if (options().amplitude.size() > 1) detail::refuse(where, "amplitude", "a vector", "one number: the basis is that of all dofs");
        for (const Vector* end : {&options().goal_velocity, &options().start_acceleration, &options().goal_acceleration}) {
            if (end->size() > 0 && !end->isZero(0)) detail::refuse(where, "a derivative of the ends", end->transpose(), "zero: not linear");
        }
        const Scalar from = start_time.value_or(Scalar(0)), tau = clock_.duration;
        detail::require_finite(where, "start_time", from);
        const Eigen::RowVectorX<Scalar> scale = weight_scale().row(0);
        Response response(*terms_, clock_.decay, terms_->bounded(clock_.scaled_time(from)));
        const Eigen::MatrixX<Scalar> none = Eigen::MatrixX<Scalar>::Zero(times.size(), 2 + weight_count());
        BasisTable<Scalar> table{times, none, none, none};
        for (Eigen::Index row = 0; row < times.size(); ++row) {
            response.advance_to(terms_->bounded(clock_.scaled_time(std::max(times(row), from))));
            const auto fill = [&](const Vector& causes, Scalar factor, auto out) {
                const Scalar smooth = options().smooth_scaling ? causes(response.smooth()) : Scalar(0);
                out(0) = factor * (causes(response.free()) + causes(response.ends()) + smooth);
                out(1) = factor * tau * (causes(response.free() + 1) + causes(response.ends() + 2));
                out.segment(2, basis().count()) = factor * scale.cwiseProduct(causes.head(basis().count()).transpose());
                out(1 + weight_count()) = factor * options().goal_scale * (causes(response.ends() + 1) - smooth);
            };
            const bool is_waiting = std::max(times(row), from) < clock_.delay;
            const Vector second = response.second(response.forces());
            fill(response.value(), 1, table.position.row(row));
            fill(response.slope(), 1 / tau, table.velocity.row(row));
            fill(second, is_waiting ? 0 : 1 / (tau * tau), table.acceleration.row(row));
        }
        return table;
    }

    /// The derivatives of the set point at a time with respect to all that the motion was made of. Allocates.
    /// @throws std::invalid_argument as movement()
    [[nodiscard]] MotionJacobian<Scalar> jacobian(const Eigen::Ref<const Vector>& parameters, Scalar time,
                                                  const StartState<Scalar, Dofs>& start) const {
        return jacobians(parameters, Vector::Constant(1, time), start).front();
    }

    /// Those at several times [T], which do not fall; with DmpIntegrator::mp_pytorch they are its steps.
    /// @throws std::invalid_argument as movement()
    [[nodiscard]] std::vector<MotionJacobian<Scalar>> jacobians(const Eigen::Ref<const Vector>& parameters,
                                                                const Eigen::Ref<const Vector>& times,
                                                                const StartState<Scalar, Dofs>& start) const {
        const Movement<> movement = this->movement(parameters, start);
        DmpSensitivity<Scalar, Dofs, Basis> sensitivity(movement, learned(), weight_scale(), options().goal_scale);
        std::vector<MotionJacobian<Scalar>> result;
        for (const Scalar time : times) result.push_back(sensitivity.advance_to(time));
        return result;
    }

private:
    static constexpr auto where = "Dmp";
    using Response = DmpResponse<Scalar, Basis>;

    static NormalizedRbf<Scalar> radial_basis(const DmpOptions<Scalar>& options) {
        const NormalizedRbfOptions<Scalar> radial{
            .count = options.basis_count, .outside = options.basis_outside, .bandwidth_factor = options.bandwidth_factor};
        if (options.phase == DmpPhase::rhythmic) detail::refuse(where, "phase", "rhythmic", "another one, or periodic basis functions");
        if (options.phase == DmpPhase::exponential) return NormalizedRbf<Scalar>(Clock{1, 0, options.alpha_phase}, radial);
        return NormalizedRbf<Scalar>(LinearPhase<Scalar>{}, radial);
    }

    static void validate(const DmpOptions<Scalar>& options, Eigen::Index count, Eigen::Index dofs) {
        Clock{options.duration, options.delay, options.alpha_phase}.validate(where);
        detail::require_positive(where, "alpha", options.alpha);
        if (options.beta) detail::require_positive(where, "beta", *options.beta);
        if (options.damping) {
            options.damping->validate(where);
            detail::require_positive(where, "damping.start", options.damping->start);
            detail::require_positive(where, "damping.end", options.damping->end);
        }
        const auto validate_gating = [](const auto& gating) {
            if constexpr (requires { gating.validate(where); }) gating.validate(where);
        };
        std::visit(validate_gating, options.fading);
        std::visit(validate_gating, options.goal_path);
        detail::require_positive(where, "time_step", options.time_step);
        if (options.longest_panel) detail::require_positive(where, "longest_panel", *options.longest_panel);
        const auto require = [](const char* name, const Vector& values, Eigen::Index size, const char* because, Eigen::Index fewer) {
            if (values.size() != fewer) detail::require_size(where, name, values.size(), size, because);
            detail::require_finite(where, name, values);
        };
        require("weights_scale", options.weights_scale, count, "the number of basis functions; or 1 for all", 1);
        require("amplitude", options.amplitude, dofs, "dofs; or 1 for all", 1);
        require("start_acceleration", options.start_acceleration, dofs, "dofs; or 0 for zeros", 0);
        require("goal_velocity", options.goal_velocity, dofs, "dofs; or 0 for zeros", 0);
        require("goal_acceleration", options.goal_acceleration, dofs, "dofs; or 0 for zeros", 0);
        detail::require_finite(where, "goal_scale", options.goal_scale);
    }

    [[nodiscard]] static Scalar entry(const Vector& values, Eigen::Index dof) noexcept { return values.size() == 0 ? 0 : values(dof); }
    Eigen::Index dofs_;
    Clock clock_;
    std::shared_ptr<const Terms> terms_;
};

}  // namespace primore
