// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>
#include <primore/basis/derivatives.hpp>
#include <primore/basis/forced_motions.hpp>
#include <primore/basis/quintic_ends.hpp>
#include <primore/basis/spring_damper.hpp>
#include <primore/detail/real.hpp>
#include <primore/primitive/dmp_options.hpp>
#include <primore/primitive/packed_columns.hpp>

namespace primore {

/// What all movements of a DMP have in common: its differential equation in scaled time z, without weights and goal.
///
///     y'' = alpha beta (G - y) - alpha(z) y' + force,     primes are derivatives with respect to z
///
/// G leads to the goal (DmpGoalPath); it is linear in six numbers, the states at the start and at the goal in scaled time:
/// G = b_0 start + b_1 goal + b_2 start' + b_3 goal' + b_4 start'' + b_5 goal''. Numbers `x` are those of the exponential phase.
template <std::floating_point Scalar, typename Basis>
class DmpTerms {
public:
    template <Real Number>
    using Shape = Eigen::Matrix<Number, 6, 4>;  ///< row i: b_i and its three derivatives

    /// The options are taken to be valid.
    DmpTerms(DmpOptions<Scalar> options, Basis basis)
        : options_(std::move(options)),
          basis_(std::move(basis)),
          spring_{options_.alpha, options_.alpha * options_.beta.value_or(options_.alpha / 4)} {
        const Scalar least = options_.damping ? std::min(options_.damping->start, options_.damping->end) : Scalar(1);
        const Scalar most = options_.damping ? std::max(options_.damping->start, options_.damping->end) : Scalar(1);
        const auto spring = [&](Scalar part) { return SpringDamper<Scalar>{options_.alpha * part, spring_.stiffness}; };
        memory_ = 45 * std::max(spring(least).slowest(), spring(most).slowest());
        fastest_ = std::max({spring_.damping * most / 2, std::sqrt(spring_.stiffness), steepest(options_.fading),
                             steepest(options_.goal_path), options_.damping ? options_.damping->rate : Scalar(0)});
        settled_ = std::max(bend(options_.fading), bend(options_.goal_path));
        width_ = std::sqrt(3 / std::max(options_.bandwidth_factor, Scalar(3))) / static_cast<Scalar>(6 * basis_.count());
        panel_ = options_.longest_panel.value_or(std::min(width_, Scalar(0.3) / fastest_));
        const Scalar slowest = std::min({options_.alpha_phase, flattest(options_.fading), flattest(options_.goal_path),
                                         options_.damping ? options_.damping->rate : options_.alpha_phase});
        rest_ = std::sqrt(std::numeric_limits<Scalar>::max());
        if (!is_rhythmic()) rest_ = std::min(1 + memory_ + 45 / slowest, rest_);
        tabulate();
    }

    [[nodiscard]] const DmpOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] const Basis& basis() const noexcept { return basis_; }
    [[nodiscard]] const SpringDamper<Scalar>& spring() const noexcept { return spring_; }
    [[nodiscard]] Scalar panel() const noexcept { return panel_; }  ///< longest part of scaled time that is integrated at once

    /// The same at a later time z. After the end the forces get slower: the functions stand still with their phase, or come to rest with
    /// the exponential one.
    [[nodiscard]] Scalar panel(Scalar z) const noexcept { return panel(z, Scalar(0)); }

    /// As long as `also` if the functions allow it, even if it is longer than what quadrature bears beside the memory of the attractor.
    [[nodiscard]] Scalar panel(Scalar z, Scalar also) const noexcept {
        if (is_rhythmic() || options_.longest_panel || !(z > Scalar(1))) return panel_;
        const Scalar longest = std::max((Scalar(0.3) + std::clamp(z - settled_, Scalar(0), Scalar(1.7))) / fastest_, also);
        if (options_.phase != DmpPhase::exponential) return std::max(panel_, longest);
        const Scalar decay = options_.learn_alpha_phase ? Scalar(0) : options_.alpha_phase;  // that of a movement may be another
        return std::max(panel_, std::min(width_ * std::exp(std::min(decay * (z - 1), Scalar(20))), longest));
    }

    [[nodiscard]] Scalar rest() const noexcept { return rest_; }      ///< scaled time at which all has come to rest
    [[nodiscard]] Scalar memory() const noexcept { return memory_; }  ///< scaled time after which the attractor has forgotten all
    [[nodiscard]] bool is_rhythmic() const noexcept { return options_.phase == DmpPhase::rhythmic; }
    [[nodiscard]] bool follows_goal() const noexcept {  ///< with velocity and acceleration
        return std::holds_alternative<DmpQuinticGoal>(options_.goal_path) || std::holds_alternative<DmpFixedGoal>(options_.goal_path);
    }

    /// What the weights [K], and after them approach() if there is one, make of the attractor at the decay of the options; there is no such
    /// table where the attractor changes, the decay is learned or every step is one of MP_PyTorch.
    [[nodiscard]] const std::optional<ForcedMotions<Scalar>>& forced() const noexcept { return forced_; }

    /// z from 0 to where all has come to rest, or within one turn.
    template <Real Number>
    [[nodiscard]] Number bounded(const Number& z) const noexcept {
        if (!(z > Number(0))) return Number(0);
        if (!(z < Number(rest_))) return Number(is_rhythmic() ? Scalar(0) : rest_);
        return z;
    }

    template <Real Number>
    [[nodiscard]] static Number exponential(const Number& z, const Number& decay) noexcept {
        using std::exp;
        return exp(-decay * z);
    }

    /// The phase of the basis functions with its derivative.
    template <Real Number>
    [[nodiscard]] std::pair<Number, Number> phase(const Number& z, const Number& x, const Number& decay) const noexcept {
        const bool is_over = z > Number(1);
        switch (options_.phase) {
            case DmpPhase::exponential: return {x, -decay * x};
            case DmpPhase::time: return {is_over ? Number(1) : z, Number(is_over ? 0 : 1)};
            case DmpPhase::countdown: return {is_over ? Number(0) : Number(1 - z), Number(is_over ? 0 : -1)};
            case DmpPhase::rhythmic: break;
        }
        return {z - Number(std::floor(detail::value_of(z))), Number(1)};
    }

    /// The factor that fades the forcing term with its derivative.
    template <Real Number>
    [[nodiscard]] std::pair<Number, Number> fading(const Number& z, const Number& x, const Number& decay) const noexcept {
        return std::visit(
            [&](const auto& fading) -> std::pair<Number, Number> {
                using Fading = std::decay_t<decltype(fading)>;
                if constexpr (std::same_as<Fading, DmpFadesWithPhase>) {
                    return {x, -decay * x};
                } else if constexpr (std::same_as<Fading, DmpNeverFades>) {
                    return {Number(1), Number(0)};
                } else {
                    const Derivatives<Number> factor = fading.derivatives(z);
                    return {factor.value, factor.first};
                }
            },
            options_.fading);
    }

    /// The faded sum of column k of the weights [D x K] times Phi_k, into a vector that has size D. No allocation. O(D K).
    template <Real Number, int Dofs, typename Value>
    void drive(const Number& z, const Number& x, const Number& decay, const PackedColumns<Number, Dofs>& weights,
               Value& out) const noexcept {
        constexpr Eigen::Index packet = PackedColumns<Number, Dofs>::packet;
        typename PackedColumns<Number, Dofs>::Packet activations;
        const auto add = [&](const auto& sum) { out += sum; };
        out.setZero();
        const auto by = basis_.fold(phase(z, x, decay).first, [&](Eigen::Index k, const Derivatives<Number>& b) {
            activations(k % packet) = b.value;
            if ((k + 1) % packet == 0) weights.sum(k + 1 - packet, activations, add);
        });
        const Eigen::Index rest = basis_.count() % packet;
        if (rest > 0) {
            activations.tail(packet - rest).setZero();
            weights.sum(basis_.count() - rest, activations, add);
        }
        out *= Number(fading(z, x, decay).first / by.value);
    }

    /// Whether the goal pulls less than it will at rest: by a path that is not followed, or softly at first.
    [[nodiscard]] bool has_approach() const noexcept { return options_.smooth_scaling || !follows_goal(); }

    /// The force that makes the difference, for a goal at a distance of 1 from the start.
    template <Real Number>
    [[nodiscard]] Number approach(const Number& z, const Number& x, bool is_over) const noexcept {
        const Number lack = follows_goal() ? Number(0) : Number(1 - path(z, is_over)(1, 0));
        return -spring_.stiffness * (options_.smooth_scaling ? Number(lack + x) : lack);
    }

    /// How the goal path is made; `is_over` tells on which side of z = 1.
    template <Real Number>
    [[nodiscard]] Shape<Number> path(const Number& z, bool is_over) const noexcept {
        Shape<Number> shape = Shape<Number>::Constant(Number(0));
        std::visit(
            [&](const auto& path) {
                using Path = std::decay_t<decltype(path)>;
                if constexpr (std::same_as<Path, DmpQuinticGoal>) {
                    if (is_over)
                        shape(1, 0) = Number(1);
                    else
                        shape = quintic_ends(z);
                } else if constexpr (std::same_as<Path, DmpFixedGoal>) {
                    shape(1, 0) = Number(1);
                } else {
                    const Derivatives<Number> part = path.derivatives(z);
                    shape.row(1) << part.value, part.first, part.second, part.third;
                    shape.row(0) = -shape.row(1);
                    shape(0, 0) += Number(1);
                }
            },
            options_.goal_path);
        return shape;
    }

    /// The damping alpha(z) with its derivative.
    template <Real Number>
    [[nodiscard]] std::pair<Number, Number> damping(const Number& z) const noexcept {
        if (!options_.damping) return {Number(options_.alpha), Number(0)};
        const Derivatives<Number> part = options_.damping->derivatives(z);
        return {options_.alpha * part.value, options_.alpha * part.first};
    }

    /// The pull [6] of the goal path, alpha beta b and where it is followed + alpha(z) b' + b'', with its derivative.
    template <Real Number>
    [[nodiscard]] Eigen::Matrix<Number, 6, 2> pull(const Number& z, bool is_over) const noexcept {
        const Shape<Number> b = path(z, is_over);
        Eigen::Matrix<Number, 6, 2> result = b.template leftCols<2>() * Number(spring_.stiffness);
        if (follows_goal()) {
            const auto [d, d_rate] = damping(z);
            result += b.template middleCols<2>(1) * d + b.template rightCols<2>();
            result.col(1) += b.col(1) * d_rate;
        }
        return result;
    }

    /// What the attractor makes of a state (y - G, y') from `from` to `to`, of a constant G: exact, unless the damping changes.
    template <Real Number>
    [[nodiscard]] Eigen::Matrix<Number, 2, 2> linear(const Number& from, const Number& to) const noexcept {
        if (!options_.damping) return spring_.transition(Number(to - from));
        constexpr int parts = 8;
        return (16 * magnus_flow<2 * parts>(from, to) - magnus_flow<parts>(from, to)) / 15;  // extrapolated to sixth order
    }

private:
    template <int parts, Real Number>
    [[nodiscard]] Eigen::Matrix<Number, 2, 2> magnus_flow(const Number& from, const Number& to) const noexcept {
        const Number h = (to - from) / Scalar(parts);
        Eigen::Matrix<Number, 2, 2> flow = magnus(from, h);
        for (int i = 1; i < parts; ++i) flow = (magnus(Number(from + Scalar(i) * h), h) * flow).eval();
        return flow;
    }

    /// What the attractor makes of a state in a time h, of fourth order [Blanes09].
    template <Real Number>
    [[nodiscard]] Eigen::Matrix<Number, 2, 2> magnus(const Number& from, const Number& h) const noexcept {
        const Scalar apart = std::sqrt(Scalar(3)) / 6;
        const Number d_1 = damping(Number(from + (Scalar(0.5) - apart) * h)).first;
        const Number d_2 = damping(Number(from + (Scalar(0.5) + apart) * h)).first;
        const Number m = h * (d_1 + d_2) / 4, twist = apart / 2 * h * h * (d_1 - d_2);
        const Number p = h - twist, q = -spring_.stiffness * (h + twist);
        return damped_flow<Number>(m, p, q, m * m + p * q);
    }

    /// Fills the table, unless it would have more than `most` packets of polynomials.
    void tabulate() {
        constexpr Eigen::Index most = 8192;
        if (options_.damping || options_.learn_alpha_phase || options_.integrator == DmpIntegrator::mp_pytorch) return;
        const Eigen::Index count = basis_.count() + (has_approach() ? 1 : 0), packets = count / ForcedMotions<Scalar>::packet + 1;
        const Scalar even = std::ceil(Scalar(0.5) / panel_);  // degree eleven bridges two panels of quadrature
        if (!(even <= static_cast<Scalar>(most / packets))) return;
        SmoothPieces<Scalar> pieces{.even = static_cast<Eigen::Index>(even), .is_periodic = is_rhythmic()};
        const auto most_knots = static_cast<std::size_t>(std::min(most / packets - pieces.even, Eigen::Index(256)));
        // What has faded exponentially is so small where a piece becomes too long for it that the error is about 1e-12.
        const Scalar growth = Scalar(0.15) * std::min(spring_.damping / 2 / std::sqrt(spring_.stiffness), Scalar(1));
        for (Scalar z = 1; !is_rhythmic() && z < rest_ && pieces.knots.size() < most_knots;) {
            z += 2 * panel(z, growth * (z - settled_));
            pieces.knots.push_back(z);
        }
        forced_.emplace(spring_, count, pieces, [&](Scalar z, Eigen::VectorX<Scalar>& out) {
            const Scalar x = exponential(z, options_.alpha_phase);
            const auto by = basis_.fold(phase(z, x, options_.alpha_phase).first,
                                        [&](Eigen::Index k, const Derivatives<Scalar>& b) { out(k) = b.value; });
            out.head(basis_.count()) *= fading(z, x, options_.alpha_phase).first / by.value;
            if (has_approach()) out(count - 1) = approach(z, x, z > 1);
        });
    }

    /// Inverse time scales of a gating: of its fastest and of its slowest change.
    template <typename Variant>
    [[nodiscard]] static Scalar steepest(const Variant& variant) noexcept {
        return std::visit(
            [](const auto& gating) -> Scalar {
                if constexpr (requires { gating.asymmetry; })
                    return gating.rate * std::max(gating.asymmetry, Scalar(1));
                else if constexpr (requires { gating.rate; })
                    return std::abs(gating.rate);
                else
                    return 0;
            },
            variant);
    }
    template <typename Variant>
    [[nodiscard]] Scalar flattest(const Variant& variant) const noexcept {
        return std::visit(
            [this](const auto& gating) -> Scalar {
                if constexpr (requires { gating.asymmetry; })
                    return gating.rate * std::min(gating.asymmetry, Scalar(1));
                else if constexpr (requires { gating.rate; })
                    return std::abs(gating.rate);
                else
                    return options_.alpha_phase;
            },
            variant);
    }

    /// From when on a gating is like an exponential one, at least 1.
    template <typename Variant>
    [[nodiscard]] static Scalar bend(const Variant& variant) noexcept {
        return std::visit(
            [](const auto& gating) -> Scalar {
                if constexpr (requires { gating.inflection; })
                    return std::max(gating.inflection, Scalar(1));
                else
                    return 1;
            },
            variant);
    }

    DmpOptions<Scalar> options_;
    Basis basis_;
    SpringDamper<Scalar> spring_;
    Scalar fastest_ = 0, width_ = 0, panel_ = 0, memory_ = 0, rest_ = 0;
    Scalar settled_ = 1;  // scaled time from when on gatings only fade, at least 1
    std::optional<ForcedMotions<Scalar>> forced_;
};

}  // namespace primore
