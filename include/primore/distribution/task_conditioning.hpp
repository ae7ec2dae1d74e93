// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/detail/qr_factorization.hpp>
#include <primore/detail/require.hpp>
#include <primore/distribution/gaussian_update.hpp>
#include <primore/distribution/observation.hpp>
#include <primore/distribution/semidefinite_root.hpp>
#include <primore/distribution/trajectory_distribution.hpp>

namespace primore {

/// Where some joint positions q [D] put the tool, x = f(q), and how it moves with them.
template <std::floating_point Scalar>
struct TaskPoint {
    Eigen::VectorX<Scalar> value;     ///< x [X]
    Eigen::MatrixX<Scalar> jacobian;  ///< dx/dq [X x D]
};

/// A TaskFunction is the forward kinematics of an arm, or any other differentiable function of its positions. It is pure.
///
///     auto tip = [](const Eigen::VectorXd& q) { return TaskPoint<double>{q.cwiseAbs2(), (2 * q).asDiagonal()}; };
template <typename F, typename Scalar>
concept TaskFunction = std::floating_point<Scalar> && requires(const F& function, const Eigen::VectorX<Scalar>& positions) {
    { function(positions) } -> std::same_as<TaskPoint<Scalar>>;
};

/// Where the tool is at one time.
template <std::floating_point Scalar>
struct TaskObservation {
    Scalar time = 0;                                           ///< [s]
    Eigen::VectorX<Scalar> value = Eigen::VectorX<Scalar>(0);  ///< x [X]
    Eigen::MatrixX<Scalar> noise =
        Eigen::MatrixX<Scalar>(0, 0);  ///< covariance, positive definite: [X x X], or [1 x 1], a variance for all
};

template <std::floating_point Scalar>
struct TaskOptions {
    int max_iterations = 300;  ///< steps that were tried, at least 1
    /// Converged when a Gauss-Newton step promises to improve the log density by less than this times (1 + its size).
    Scalar tolerance = 100 * Eigen::NumTraits<Scalar>::epsilon();
};

/// A distribution conditioned in task space, and how that went.
template <typename Primitive>
struct TaskConditioned {
    using Scalar = typename TrajectoryDistribution<Primitive>::Scalar;

    TrajectoryDistribution<Primitive> distribution;
    int iterations = 0;
    bool converged = false;            ///< otherwise it is the best that was found
    Eigen::VectorX<Scalar> distances;  ///< |f(q) - x| of the new mean, one for each observation: large for a point that is out of reach
};

namespace detail {

/// H of the linearised task: J times that of the joints.
template <std::floating_point Scalar>
struct TaskMap {
    const ObservationMap<Scalar>& joints;
    const Eigen::MatrixX<Scalar>& jacobian;

    [[nodiscard]] Eigen::MatrixX<Scalar> covariance_with(const Eigen::MatrixX<Scalar>& covariance) const {
        return joints.covariance_with(covariance) * jacobian.transpose();
    }
    [[nodiscard]] Eigen::MatrixX<Scalar> times(const Eigen::MatrixX<Scalar>& x) const { return jacobian * joints.times(x); }
    [[nodiscard]] Eigen::VectorX<Scalar> magnitudes(const Eigen::VectorX<Scalar>& deviations) const {
        return jacobian.cwiseAbs() * joints.magnitudes(deviations);
    }
};

/// All observations at once as one function of all joint positions, those of one observation after those of the other.
template <std::floating_point Scalar, typename Function>
class Tasks {
public:
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;

    Tasks(const Function& function, const std::vector<TaskObservation<Scalar>>& observations, Eigen::Index dofs)
        : function_(function), observations_(observations), dofs_(dofs) {
        Eigen::Index size = 0;
        for (std::size_t i = 0; i < observations.size(); ++i) size += validated(observations[i], name_of(i)).value.size();
        noise_ = Matrix::Zero(size, size);
        size = 0;
        for (const auto& observation : observations) {
            const Eigen::Index n = observation.value.size();
            noise_.block(size, size, n, n) =
                observation.noise.size() == 1 ? Matrix(Matrix::Identity(n, n) * observation.noise(0, 0)) : Matrix(observation.noise);
            size += n;
        }
        root_ = SemidefiniteRoot<Scalar>(where, "the noise", noise_);
        if (!root_.is_definite()) refuse(where, "the noise", "singular", "positive definite: a small variance where the task is exact");
    }

    [[nodiscard]] const Matrix& noise() const noexcept { return noise_; }

    /// f(q) - x and its Jacobian.
    [[nodiscard]] TaskPoint<Scalar> errors(const Vector& positions) const {
        TaskPoint<Scalar> result{Vector(noise_.rows()), Matrix::Zero(noise_.rows(), positions.size())};
        Eigen::Index row = 0, column = 0;
        for (std::size_t i = 0; i < observations_.size(); ++i, column += dofs_) {
            const Vector& x = observations_[i].value;
            const TaskPoint<Scalar> point = function_(Vector(positions.segment(column, dofs_)));
            require_size(where, name_of(i) + ".value", x.size(), point.value.size(), "the size of what the function returns");
            require_size(where, "the number of rows of the Jacobian", point.jacobian.rows(), x.size(), "the size of its value");
            require_size(where, "the number of columns of the Jacobian", point.jacobian.cols(), dofs_, "dofs");
            result.value.segment(row, x.size()) = point.value - x;
            result.jacobian.block(row, column, x.size(), dofs_) = point.jacobian;
            row += x.size();
        }
        return result;
    }

    /// The same in standard deviations of the noise.
    [[nodiscard]] TaskPoint<Scalar> whitened(TaskPoint<Scalar> errors) const {
        const auto triangle = root_.matrix().template triangularView<Eigen::Lower>();
        triangle.solveInPlace(errors.value);
        triangle.solveInPlace(errors.jacobian);
        return errors;
    }

    [[nodiscard]] Vector distances(const Vector& errors) const {
        Vector result(static_cast<Eigen::Index>(observations_.size()));
        Eigen::Index row = 0, next = 0;
        for (const auto& observation : observations_) {
            result(next++) = errors.segment(row, observation.value.size()).norm();
            row += observation.value.size();
        }
        return result;
    }

    static constexpr auto where = "condition_on_task";

private:
    static std::string name_of(std::size_t i) { return "observations[" + std::to_string(i) + "]"; }

    static const TaskObservation<Scalar>& validated(const TaskObservation<Scalar>& observation, const std::string& name) {
        require_finite(where, name + ".value", observation.value);
        require_finite(where, name + ".noise", observation.noise);
        if (observation.noise.size() == 1) return observation;
        require_size(where, name + ".noise.rows()", observation.noise.rows(), observation.value.size(), "the size of its value; or 1");
        require_size(where, name + ".noise.cols()", observation.noise.cols(), observation.value.size(), "the size of its value; or 1");
        return observation;
    }

    const Function& function_;
    const std::vector<TaskObservation<Scalar>>& observations_;
    Eigen::Index dofs_;
    Matrix noise_;
    SemidefiniteRoot<Scalar> root_;
};

/// How long a step is where its square is not |step|^2 but step' H step: |root step|^2.
template <std::floating_point Scalar>
struct StepMetric {
    Eigen::MatrixX<Scalar> root, inverse_transposed;

    /// @param hessian  H, symmetric; where it is not convex, a step is as long as it is
    [[nodiscard]] static StepMetric of(const Eigen::MatrixX<Scalar>& hessian) {
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> axes(hessian);
        const Eigen::VectorX<Scalar> lengths =
            axes.eigenvalues().unaryExpr([](Scalar value) { return value > Scalar(0.01) ? std::sqrt(value) : Scalar(1); });
        return {lengths.asDiagonal() * axes.eigenvectors().transpose(),
                lengths.cwiseInverse().asDiagonal() * axes.eigenvectors().transpose()};
    }
};

/// I + sum_i f_i f_i'' / divisor^2: the second derivatives of (|u|^2 + |f(u) / divisor|^2) / 2, without those of the linearised f; by
/// differences of the Jacobian. The identity if they are not finite.
template <std::floating_point Scalar, typename Function>
[[nodiscard]] Eigen::MatrixX<Scalar> missing_hessian(const Function& whitened, const Eigen::VectorX<Scalar>& u,
                                                     const TaskPoint<Scalar>& f, Scalar divisor) {
    using Matrix = Eigen::MatrixX<Scalar>;
    const Scalar distance = std::sqrt(Eigen::NumTraits<Scalar>::epsilon());
    Matrix hessian(u.size(), u.size());
    for (Eigen::Index k = 0; k < u.size(); ++k) {
        const Matrix change = whitened(u + distance * Eigen::VectorX<Scalar>::Unit(u.size(), k)).jacobian - f.jacobian;
        hessian.col(k) = change.transpose() * (f.value / (distance * divisor * divisor));
    }
    if (!all_finite(hessian)) return Matrix::Identity(u.size(), u.size());
    return Matrix::Identity(u.size(), u.size()) + (hessian + hessian.transpose()) / 2;
}

/// The least |u|^2 + |f(u)|^2, from u = 0, by Levenberg-Marquardt: `whitened(u)` is f with its Jacobian.
///
/// Where f is steep, the least values lie in a narrow bent valley in which no step can be long. So f is first divided by its size, and
/// then by ten times less at a time: each valley leads to the next, narrower one. Where f stays large (a point out of reach), steps of the
/// linearised problem gain less than they promise: from then on the second derivatives of f count, too.
template <std::floating_point Scalar, typename Function>
[[nodiscard]] Eigen::VectorX<Scalar> least_squares_from_zero(Eigen::Index size, const Function& whitened,
                                                             const TaskOptions<Scalar>& options, int& iterations, bool& converged) {
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;
    Vector u = Vector::Zero(size);
    TaskPoint<Scalar> f = whitened(u);
    require_finite("condition_on_task", "the function at the mean", f.value);
    require_finite("condition_on_task", "the Jacobian at the mean", f.jacobian);
    const Eigen::Index m = f.value.size();
    Scalar divisor = std::max(Scalar(1), f.value.norm()), damping = 0;
    bool is_bent = false;
    auto metric = StepMetric<Scalar>::of(Matrix::Identity(size, size));
    const auto cost_of = [&](const Vector& at, const Vector& value) {
        return Scalar(0.5) * (at.squaredNorm() + (value / divisor).squaredNorm());
    };
    const auto step_with = [&](Scalar extra) -> Vector {  // of the linearised problem with extra |step|^2
        Matrix rows = Matrix::Zero(2 * size + m, size);
        rows.topRows(size) = metric.root;
        rows.middleRows(size, m) = f.jacobian / divisor;
        rows.bottomRows(size).diagonal().setConstant(std::sqrt(extra));
        Vector right = Vector::Zero(2 * size + m);
        right.head(size) = -(metric.inverse_transposed * u);
        right.segment(size, m) = f.value / -divisor;
        return QrFactorization<Scalar>(std::move(rows)).solve(right);
    };
    const auto promised_by = [&](const Vector& step) -> Scalar {
        const Scalar curvature = (metric.root * step).squaredNorm() - step.squaredNorm();
        return cost_of(u, f.value) - cost_of(u + step, f.value + f.jacobian * step) - curvature / 2;
    };
    for (iterations = 0; iterations < options.max_iterations && !converged;) {
        const Vector newton = step_with(0);
        const Scalar cost = cost_of(u, f.value), promised = promised_by(newton);
        if (divisor > 1 && promised <= std::max(Scalar(1e-6), options.tolerance) * (1 + cost)) {
            divisor = std::max(Scalar(1), divisor / 10);
            damping = 0;
            is_bent = false;
            metric = StepMetric<Scalar>::of(Matrix::Identity(size, size));
            continue;
        }
        converged = promised <= options.tolerance * (1 + cost);
        ++iterations;
        const Vector step = damping > 0 && !converged ? step_with(damping) : newton;
        TaskPoint<Scalar> at_next = whitened(u + step);
        const Scalar gained = cost - cost_of(u + step, at_next.value), success = gained / promised_by(step);
        if (gained > 0 && all_finite(at_next.jacobian)) {  // not if it is not a number
            if (success > Scalar(0.5)) damping = damping > Scalar(1e-3) ? damping / 4 : Scalar(0);
            u += step;
            f = std::move(at_next);
        } else {
            damping = std::max(4 * damping, Scalar(0.01));
        }
        if (converged) break;
        const bool is_far = (f.value / divisor).squaredNorm() > Scalar(1e-4) * cost;  // else the second derivatives of f count little
        is_bent = is_far && (is_bent || !(success > Scalar(0.9)));
        metric = StepMetric<Scalar>::of(is_bent ? missing_hessian(whitened, u, f, divisor) : Matrix(Matrix::Identity(size, size)));
    }
    return u;
}

}  // namespace detail

/// The movements of a distribution that bring the tool to observed places [GomezGonzalez20]: x = f(q(t)) + noise for all
/// observations at once.
///
/// The new mean is the most probable movement, found by Newton's method with Levenberg's damping among the joint positions at the observed
/// times, which is all that f depends on; the new covariance is that of Laplace: f linearised there. A redundant arm keeps what is most
/// probable of its freedom; a point that is out of reach is approached, as the noise and the prior weigh it.
/// @throws std::invalid_argument if a size is wrong, a noise is not positive definite, or the function is not finite at the mean
template <typename Primitive, typename Function, typename Scalar = typename TrajectoryDistribution<Primitive>::Scalar>
requires TaskFunction<Function, Scalar>
[[nodiscard]] TaskConditioned<Primitive> condition_on_task(const TrajectoryDistribution<Primitive>& distribution,
                                                           const std::vector<TaskObservation<Scalar>>& observations,
                                                           const Function& function, const TaskOptions<Scalar>& options = {}) {
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;
    const Eigen::Index dofs = distribution.dofs();
    const detail::Tasks<Scalar, Function> tasks(function, observations, dofs);
    detail::require_at_least(tasks.where, "max_iterations", options.max_iterations, 1);
    if (tasks.noise().size() == 0) return {distribution, 0, true, tasks.distances(Vector(0))};
    std::vector<Observation<Scalar>> zeros;
    for (const auto& observation : observations) zeros.push_back({.time = observation.time, .value = Vector::Zero(dofs)});
    const auto joints = linear_observations(tasks.where, distribution, zeros);
    const Vector mean = -joints.residuals;  // of the positions; they are mean + root u for a standard normal u
    WeightDistribution weights = distribution.weights();
    const Matrix covariance = joints.map.times(joints.map.covariance_with(weights.covariance));
    const Matrix root = SemidefiniteRoot<Scalar>(tasks.where, "the covariance of the positions", covariance).matrix();

    TaskConditioned<Primitive> result{distribution, 0, false, {}};
    const auto whitened = [&](const Vector& u) {
        TaskPoint<Scalar> errors = tasks.whitened(tasks.errors(mean + root * u));
        errors.jacobian = (errors.jacobian * root).eval();
        return errors;
    };
    const Vector u = detail::least_squares_from_zero<Scalar>(root.cols(), whitened, options, result.iterations, result.converged);
    const TaskPoint<Scalar> errors = tasks.errors(mean + root * u);
    result.distances = tasks.distances(errors.value);
    const detail::TaskMap<Scalar> task{joints.map, errors.jacobian};
    const GaussianUpdate to_positions(tasks.where, joints.map, weights, joints.noise), to_task(tasks.where, task, weights, tasks.noise());
    weights.mean += to_positions.shift(root * u);
    weights.covariance = to_task.reduced(weights.covariance);
    result.distribution = distribution.with_weights(std::move(weights));
    return result;
}

}  // namespace primore
