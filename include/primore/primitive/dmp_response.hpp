// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <variant>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>
#include <primore/basis/derivatives.hpp>
#include <primore/primitive/dmp_propagation.hpp>
#include <primore/primitive/dmp_terms.hpp>

namespace primore {

/// What each single cause makes of a DMP that rests at zero at z = `origin`: the motion is their sum, so these are its derivatives.
///
/// The causes, each a column: the weights [K]; the six ends of the goal path [6]; the smooth scaling force alpha beta x; a start position
/// and a start slope of 1; then the change with the decay of the exponential phase of the forces of the weights [K] and of x. They obey
/// the differential equation of the DMP and are integrated as it is.
template <std::floating_point Scalar, typename Basis>
class DmpResponse {
public:
    using Terms = DmpTerms<Scalar, Basis>;
    using Vector = Eigen::VectorX<Scalar>;

    DmpResponse(const Terms& terms, Scalar decay, Scalar origin)
        : terms_(terms), decay_(decay), count_(terms.basis().count()), origin_(origin) {
        restart();
    }

    [[nodiscard]] Eigen::Index size() const noexcept { return smooth_of_decay() + 1; }
    [[nodiscard]] Eigen::Index ends() const noexcept { return count_; }
    [[nodiscard]] Eigen::Index smooth() const noexcept { return count_ + 6; }
    [[nodiscard]] Eigen::Index free() const noexcept { return count_ + 7; }
    [[nodiscard]] Eigen::Index weights_of_decay() const noexcept { return count_ + 9; }
    [[nodiscard]] Eigen::Index smooth_of_decay() const noexcept { return 2 * count_ + 9; }

    [[nodiscard]] Scalar now() const noexcept { return now_; }             ///< z
    [[nodiscard]] const Vector& value() const noexcept { return value_; }  ///< [size()] at now()
    [[nodiscard]] const Vector& slope() const noexcept { return slope_; }  ///< [size()]

    /// The second derivatives [size()] at now() in the presence of forces(now()).
    [[nodiscard]] Vector second(const Derivatives<Vector>& forces) const {
        return forces.value - terms_.spring().stiffness * value_ - terms_.damping(now_).first * slope_;
    }

    /// Goes on to z, or begins again if that is earlier than now(); with DmpIntegrator::mp_pytorch in one step.
    void advance_to(Scalar z) {
        if (z < now_) restart();
        if (terms_.options().integrator == DmpIntegrator::mp_pytorch) {
            slope_ += (z - now_) * second(forces());
            value_ += (z - now_) * slope_;
        } else {
            Source source{*this};
            Vector scratch(size());
            DmpPropagation<Scalar, Basis>{terms_}.advance(now_, z, source, value_, slope_, scratch);
        }
        now_ = z;
    }

    /// The forces [size()] of the causes at now() with their first derivative.
    [[nodiscard]] Derivatives<Vector> forces() const { return forces(now_, now_ > 1); }

    /// The forces [size()] of the causes at z with their first derivative (zero for the changes with the decay).
    [[nodiscard]] Derivatives<Vector> forces(Scalar z, bool is_over) const {
        const Scalar x = Terms::exponential(z, decay_), x_change = -z * x, stiffness = terms_.spring().stiffness;
        const auto [phase, phase_rate] = terms_.phase(z, x, decay_);
        const auto [fading, fading_rate] = terms_.fading(z, x, decay_);
        const auto phi = functions(terms_.basis(), phase);
        const Eigen::Matrix<Scalar, 6, 2> pull = terms_.pull(z, is_over);
        Derivatives<Vector> result{Vector::Zero(size()), Vector::Zero(size()), {}};
        result.value.head(count_) = fading * phi.value;
        result.first.head(count_) = fading_rate * phi.value + fading * phase_rate * phi.first;
        result.value.template segment<6>(ends()) = pull.col(0);
        result.first.template segment<6>(ends()) = pull.col(1);
        result.value(smooth()) = stiffness * x;
        result.first(smooth()) = -decay_ * stiffness * x;
        result.value(smooth_of_decay()) = stiffness * x_change;
        const auto& options = terms_.options();
        if (options.phase == DmpPhase::exponential) result.value.segment(weights_of_decay(), count_) = fading * x_change * phi.first;
        if (std::holds_alternative<DmpFadesWithPhase>(options.fading)) {
            result.value.segment(weights_of_decay(), count_) += x_change * phi.value;
        }
        return result;
    }

private:
    /// See DmpPropagation. What the ends pull is not integrated, where the attractor follows it or it has come to rest: that is exact, and
    /// nothing is left of it long after the end.
    struct Source {
        static constexpr bool is_quick = false, may_be_tabulated = false;
        const DmpResponse& response;
        void add_goal(Scalar z, bool is_over, Scalar sign, Vector& value, Vector& slope) const noexcept {
            if (!response.terms_.follows_goal()) {
                value(response.ends() + 1) += sign;
                return;
            }
            const auto path = response.terms_.path(z, is_over);
            value.template segment<6>(response.ends()) += sign * path.col(0);
            slope.template segment<6>(response.ends()) += sign * path.col(1);
        }
        void force(Scalar z, bool is_over, Vector& out) const {
            out = response.forces(z, is_over).value;
            if (response.terms_.follows_goal()) out.template segment<6>(response.ends()).setZero();
            else out(response.ends() + 1) -= response.terms_.spring().stiffness;
        }
        void before(const Vector&, const Vector&) const noexcept {}
        void after(const Eigen::Matrix<Scalar, 2, 1>&, const Eigen::Matrix<Scalar, 2, 1>&, Vector&, Vector&) const noexcept {}
    };

    void restart() {
        value_ = Vector::Unit(size(), free());
        slope_ = Vector::Unit(size(), free() + 1);
        now_ = origin_;
    }

    const Terms& terms_;  // outlives the response: it is made and used within one function
    Scalar decay_;
    Eigen::Index count_;
    Scalar origin_, now_ = 0;
    Vector value_, slope_;
};

}  // namespace primore
