// SPDX-License-Identifier: MIT

// Properties that hold for every linear primitive, clock, parameter vector and start: PRIMORE_PROPERTY_RUNS random ones (default 100000).

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/distribution/conditioning.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/random/stream.hpp>

#include "support/catch.hpp"

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore::ProDmp;
using primore::ProDmpOptions;
using primore::ProMp;
using primore::ProMpOptions;
using primore::Setpoint;
using primore::StartState;

constexpr int movements_per_primitive = 500;

int run_count() {
    const char* chosen = std::getenv("PRIMORE_PROPERTY_RUNS");
    return chosen != nullptr && *chosen != '\0' ? std::atoi(chosen) : 100'000;
}

struct Draw {
    primore::Stream stream;

    double between(double low, double high) { return low + (high - low) * stream.uniform(); }
    Index count(Index low, Index high) { return low + static_cast<Index>(stream() % static_cast<std::uint32_t>(high - low + 1)); }
    bool coin() { return stream() % 2 == 0; }
};

template <typename Scalar>
ProMpOptions<Scalar> draw_promp(Draw draw) {
    return {.dofs = draw.count(1, 3),
            .basis_count = draw.count(1, 8),
            .bandwidth_factor = static_cast<Scalar>(draw.between(1, 4)),
            .zero_start = draw.count(2, 3),
            .zero_goal = draw.count(0, 1),
            .weights_scale = Eigen::VectorX<Scalar>::Constant(1, static_cast<Scalar>(draw.between(0.1, 2))),
            .learn_duration = true,
            .learn_delay = true};
}

template <typename Scalar>
ProDmpOptions<Scalar> draw_prodmp(Draw draw) {
    return {.dofs = draw.count(1, 3),
            .basis_count = draw.count(1, 8),
            .bandwidth_factor = static_cast<Scalar>(draw.between(1, 4)),
            .alpha = static_cast<Scalar>(draw.between(5, 40)),
            .alpha_phase = static_cast<Scalar>(draw.between(1, 5)),
            .auto_scale = draw.coin(),
            .relative_goal = draw.coin(),
            .learn_duration = true,
            .learn_delay = true};
}

/// One movement: what a user could ask for.
struct Movement {
    VectorXd parameters, others;  // the others for a replan
    StartState<double> start;
    double duration = 0, delay = 0;

    Movement(Draw& draw, Index dofs, Index parameter_count) {
        duration = std::exp(draw.between(-3, 3));
        delay = draw.coin() ? 0 : draw.between(0, 1) * duration;
        parameters = draw.stream.normal_vector(parameter_count);
        others = draw.stream.normal_vector(parameter_count);
        parameters.head<2>() << duration, delay;
        others.head<2>() << duration, delay;
        const bool is_before = delay > 0 && draw.coin();
        start.time = is_before ? draw.between(0, delay) : delay + draw.between(0, 0.2) * duration;
        start.position = draw.stream.normal_vector(dofs) * std::exp(draw.between(-3, 3));
        start.velocity = is_before ? VectorXd::Zero(dofs) : VectorXd(draw.stream.normal_vector(dofs) / duration);
    }
};

struct Findings {
    int movements = 0, finite = 0, starts = 0, replans = 0, derivatives = 0, in_float = 0, covariances = 0, conditioned = 0,
        kept_starts = 0;
};

bool is_finite(const auto& setpoint) {
    return setpoint.position.allFinite() && setpoint.velocity.allFinite() && setpoint.acceleration.allFinite();
}

template <typename Primitive>
bool is_always_finite(const typename Primitive::template Motion<>& motion, Draw& draw, const Movement& m) {
    using Scalar = typename Primitive::Vector::Scalar;
    auto setpoint = Setpoint<Scalar>::zero(motion.dofs());
    const Scalar infinity = std::numeric_limits<Scalar>::infinity();
    for (const Scalar time : {static_cast<Scalar>(draw.between(-1, 3) * m.duration), static_cast<Scalar>(draw.between(0, 1e4)), infinity,
                              -infinity, std::numeric_limits<Scalar>::quiet_NaN(), std::numeric_limits<Scalar>::max()}) {
        motion.evaluate(time, setpoint);
        if (!is_finite(setpoint)) return false;
    }
    return true;
}

/// The size of a movement, for tolerances.
double size_of(const auto& motion, const Movement& m) {
    double size = 1;
    for (int i = 0; i <= 10; ++i) {
        const auto now = motion.at(m.start.time + i * 0.15 * m.duration);
        size = std::max({size, now.position.cwiseAbs().maxCoeff(), now.velocity.cwiseAbs().maxCoeff() * m.duration,
                         now.acceleration.cwiseAbs().maxCoeff() * m.duration * m.duration});
    }
    return size;
}

/// Velocity and acceleration against central differences, away from the corners where the clock starts and stops.
bool has_derivatives(const auto& motion, const Movement& m, double time, double size) {
    const double h = 1e-5 * m.duration;
    for (const double corner : {m.start.time, m.delay, m.delay + m.duration}) {
        if (std::abs(time - corner) < 2 * h) return true;
    }
    const auto before = motion.at(time - h), now = motion.at(time), after = motion.at(time + h);
    const VectorXd velocity = (after.position - before.position) / (2 * h);
    const VectorXd acceleration = (after.velocity - before.velocity) / (2 * h);
    return (velocity - now.velocity).cwiseAbs().maxCoeff() * m.duration < 1e-5 * size &&
           (acceleration - now.acceleration).cwiseAbs().maxCoeff() * m.duration * m.duration < 1e-3 * size;
}

/// Another movement takes over at a time: it continues exactly, and leaves without a jump of the velocity.
template <typename Primitive>
bool replans(const Primitive& primitive, const auto& motion, const Movement& m, double time, double size) {
    const auto here = motion.at(time);
    const auto next = primitive.trajectory(m.others, StartState<double>{time, here.position, here.velocity});
    const auto first = next.at(time), later = next.at(time + 1e-6 * m.duration);
    return first.position == here.position && first.velocity == here.velocity &&
           (later.position - here.position).cwiseAbs().maxCoeff() < 1e-5 * (size + size_of(next, m)) &&
           (later.velocity - here.velocity).cwiseAbs().maxCoeff() * m.duration < 1e-3 * (size + size_of(next, m));
}

/// The covariance of positions at three times, symmetric and positive semi-definite; and a movement conditioned on one observation.
template <typename Primitive>
void check_distribution(const Primitive& primitive, Draw& draw, const Movement& m, double size, Findings& findings) {
    const Index dofs = primitive.dofs(), n = dofs * primitive.weight_count();
    const MatrixXd root = draw.stream.normal_vector(n * n).reshaped(n, n);
    const primore::TrajectoryDistribution<Primitive> distribution(primitive.with_clock(primitive.clock(m.parameters)),
                                                                  {m.parameters.tail(n), root * root.transpose()}, m.start);
    const double end = m.delay + m.duration, begin = std::max(m.start.time, m.delay);
    const Eigen::Vector3d times(draw.between(begin, end), draw.between(begin, end), draw.between(begin, end));
    MatrixXd covariance = distribution.covariance(times);
    const double largest = covariance.diagonal().maxCoeff();
    const bool is_symmetric = covariance == covariance.transpose();
    covariance.diagonal().array() += 1e-11 * largest;
    findings.covariances += is_symmetric && Eigen::LLT<MatrixXd>(covariance).info() == Eigen::Success;

    const bool is_exact = draw.coin();
    const Index dof = draw.count(0, dofs - 1);
    const int order = static_cast<int>(draw.count(0, 2));
    const double variance = distribution.at(times(0)).covariance(order * dofs + dof, order * dofs + dof);
    const double noise = is_exact ? 0 : 0.1 * variance, value = distribution.at(times(0)).mean(order * dofs + dof) + std::sqrt(variance);
    const auto posterior = primore::condition(distribution, {{.time = times(0),
                                                              .order = order,
                                                              .dofs = {dof},
                                                              .value = VectorXd::Constant(1, value),
                                                              .noise = MatrixXd::Constant(1, 1, noise)}});
    const auto state = posterior.at(times(0));
    const double missed = std::abs(state.mean(order * dofs + dof) - value), left = state.covariance(order * dofs + dof, order * dofs + dof);
    const auto beginning = posterior.at(m.start.time);  // conditioning leaves the start where it is, in position and velocity
    findings.kept_starts += (beginning.mean.head(dofs) - m.start.position).cwiseAbs().maxCoeff() <= 1e-12 * size &&
                            (beginning.mean.segment(dofs, dofs) - m.start.velocity).cwiseAbs().maxCoeff() * m.duration <= 1e-12 * size &&
                            beginning.covariance.topLeftCorner(dofs, dofs).cwiseAbs().maxCoeff() <= 1e-20 * largest;
    // The prior is one deviation away. With a noise of 1/10 of the variance the posterior is off by 1/11 deviations, and its variance 1/11.
    const double deviation = std::sqrt(variance), part = is_exact ? 0 : 1.0 / 11;
    const double rounding = 1e-13 * size / std::pow(m.duration, order);  // of the value
    findings.conditioned +=
        std::abs(missed - part * deviation) <= 1e-6 * deviation + rounding && std::abs(left - part * variance) <= 1e-6 * variance;
}

template <typename Primitive, typename InFloat>
void check_movements(const Primitive& primitive, const InFloat& in_float, Draw draw, Findings& findings) {
    for (int i = 0; i < movements_per_primitive; ++i) {
        const Movement m(draw, primitive.dofs(), primitive.parameter_count());
        const auto motion = primitive.trajectory(m.parameters, m.start);
        const double size = size_of(motion, m), time = std::max(m.start.time, m.delay) + draw.between(0.001, 0.2) * m.duration;
        ++findings.movements;
        const auto float_motion =
            in_float.trajectory(m.parameters.template cast<float>().eval(),
                                StartState<float>{static_cast<float>(m.start.time), m.start.position.template cast<float>(),
                                                  m.start.velocity.template cast<float>()});
        findings.finite += is_always_finite<Primitive>(motion, draw, m) && is_always_finite<InFloat>(float_motion, draw, m);
        const auto first = motion.at(m.start.time);
        findings.starts += first.position == m.start.position && first.velocity == m.start.velocity;
        findings.replans += replans(primitive, motion, m, time, size);
        findings.derivatives += has_derivatives(motion, m, time, size);
        const auto rounded = float_motion.at(static_cast<float>(time)).position.template cast<double>().eval();
        findings.in_float += (rounded - motion.at(time).position).cwiseAbs().maxCoeff() < 1e-3 * size;
        check_distribution(primitive, draw, m, size, findings);
    }
}

void require_all(const Findings& findings) {
    CHECK(findings.movements > 0);
    CHECK(findings.finite == findings.movements);
    CHECK(findings.starts == findings.movements);
    CHECK(findings.replans == findings.movements);
    CHECK(findings.derivatives == findings.movements);
    CHECK(findings.in_float == findings.movements);
    CHECK(findings.covariances == findings.movements);
    CHECK(findings.conditioned == findings.movements);
    CHECK(findings.kept_starts == findings.movements);
}

Draw draw_for(std::uint32_t purpose, int primitive) {
    return {primore::Stream(3, primore::Purpose{20 + purpose}, static_cast<std::uint32_t>(primitive), 0)};
}

}  // namespace

TEST_CASE("random ProMPs keep what they promise") {
    Findings findings;
    for (int primitive = 0; primitive < run_count() / (2 * movements_per_primitive); ++primitive) {
        check_movements(ProMp<double>(draw_promp<double>(draw_for(0, primitive))), ProMp<float>(draw_promp<float>(draw_for(0, primitive))),
                        draw_for(1, primitive), findings);
    }
    require_all(findings);
}

TEST_CASE("random ProDMPs keep what they promise") {
    Findings findings;
    for (int primitive = 0; primitive < run_count() / (2 * movements_per_primitive); ++primitive) {
        check_movements(ProDmp<double>(draw_prodmp<double>(draw_for(2, primitive))),
                        ProDmp<float>(draw_prodmp<float>(draw_for(2, primitive))), draw_for(3, primitive), findings);
    }
    require_all(findings);
}
