// SPDX-License-Identifier: MIT
// What do movement primitives cost, compared with the arithmetic that nobody can avoid, and with public libraries?
//
// 7 degrees of freedom and 10 basis functions, unless a row says otherwise. The limit stands in the last column; it is timed in turns with
// the row itself. The times of public libraries were measured on a comparable machine (AMD EPYC, g++ 12 -O3 -march=native or Python):
// MP_PyTorch 0.1.4, movement_primitives 0.9.1, dmpbbo (C++), hucebot/promp (C++, Eigen).

#include <cmath>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/distribution/conditioning.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/imitation/weight_learning.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/dmp.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/random/stream.hpp>

#include "report.hpp"
#include "timing.hpp"

namespace {

namespace pm = primore;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore_benchmark::keep;

constexpr int dofs = 7;
constexpr Index basis_count = 10;
using Start = pm::StartState<double, dofs>;
using Table = Eigen::Matrix<double, Eigen::Dynamic, dofs>;

struct Published {
    std::string library;
    double microseconds;
};

class Rows {
public:
    explicit Rows(primore_benchmark::Report& report) : report_(report) {
        std::cout << std::left << std::setw(62) << "case" << std::right << std::setw(12) << "us" << std::setw(12) << "limit us"
                  << std::setw(8) << "ratio"
                  << "  limit\n";
    }

    template <typename Function, typename Limit>
    void add(const std::string& name, Function&& function, const std::string& limit_name, Limit&& limit,
             const std::vector<Published>& published = {}, double shares = 1) {
        auto result = primore_benchmark::compare(function, limit);
        result.microseconds /= shares;
        result.of_limit /= shares;
        std::cout << std::left << std::setw(62) << name << std::right << std::fixed << std::setprecision(3) << std::setw(12)
                  << result.microseconds << std::setw(12) << result.of_limit << std::setprecision(2) << std::setw(8) << result.ratio << "  "
                  << limit_name << std::endl;
        report_.add(name, "time", result.microseconds, "us");
        report_.add(name, "time over limit", result.ratio, "1");
        for (const Published& other : published) {
            const double times = other.microseconds / result.microseconds;
            std::cout << std::setw(74) << other.microseconds << " us  " << other.library << ": " << std::setprecision(1) << times
                      << " times as long\n";
            report_.add(name, other.library + " over ours", times, "1");
        }
    }

private:
    primore_benchmark::Report& report_;
};

/// K exponentials and D dot products of length K.
struct ExponentialsAndProducts {
    Eigen::Array<double, basis_count, 1> exponents = -Eigen::Array<double, basis_count, 1>::LinSpaced(basis_count, 0, 3);
    Eigen::Matrix<double, dofs, basis_count> weights = Eigen::Matrix<double, dofs, basis_count>::Ones();
    Eigen::Matrix<double, dofs, 1> out;

    void operator()() {
        keep(exponents);
        const Eigen::Matrix<double, basis_count, 1> activations = exponents.exp().matrix();
        out.noalias() = weights * activations;
        keep(out);
    }
};

VectorXd random_vector(Index size, std::uint32_t which) { return pm::Stream(1, pm::Purpose{16}, which, 0).normal_vector(size); }

MatrixXd random_covariance(Index size) {
    const MatrixXd root = random_vector(size * 4, 9).reshaped(size, 4);
    return root * root.transpose() + 0.1 * MatrixXd::Identity(size, size);
}

template <typename Primitive>
void measure_tables(Rows& rows, const std::string& name, const Primitive& primitive) {
    const VectorXd weights = random_vector(dofs * primitive.weight_count(), 0);
    const Start start;
    for (const Index count : {Index(200), Index(1000)}) {
        const auto table = primitive.basis_table(VectorXd::LinSpaced(count, 0, 2));
        const auto coefficients = pm::coefficients(start, weights);
        const MatrixXd position = table.weights_of_order(0), velocity = table.weights_of_order(1);
        const Eigen::Matrix<double, Eigen::Dynamic, dofs> bare = weights.reshaped(primitive.weight_count(), dofs);
        Table positions(count, dofs), velocities(count, dofs);
        std::vector<Published> published;
        if (name == "ProDMP" && count == 200) published = {{"MP_PyTorch, batch 1", 1400}, {"MP_PyTorch, batch 200", 90}};
        if (name == "DMP" && count == 200) published = {{"dmpbbo (C++), 200 steps", 94}};
        rows.add(
            name + ": positions and velocities at " + std::to_string(count) + " times",
            [&] {
                positions.noalias() = table.position * coefficients;
                velocities.noalias() = table.velocity * coefficients;
                keep(positions);
                keep(velocities);
            },
            "the products [T x P] * [P x D]",
            [&] {
                positions.noalias() = position * bare;
                velocities.noalias() = velocity * bare;
                keep(positions);
                keep(velocities);
            },
            published);
    }
    const VectorXd times = VectorXd::LinSpaced(200, 0, 2);
    const auto table = primitive.basis_table(times);
    const MatrixXd population = random_vector(200 * dofs * primitive.weight_count(), 1).reshaped(dofs * primitive.weight_count(), 200);
    const MatrixXd columns = pm::coefficients(start, population);
    const MatrixXd position = table.weights_of_order(0), velocity = table.weights_of_order(1),
                   bare = columns.bottomRows(primitive.weight_count());
    MatrixXd positions(200, 200 * dofs), velocities = positions;
    rows.add(
        name + ": the same, each of 200 movements in one product",
        [&] {
            positions.noalias() = table.position * columns;
            velocities.noalias() = table.velocity * columns;
            keep(positions);
        },
        "the products [T x P] * [P x D M]",
        [&] {
            positions.noalias() = position * bare;
            velocities.noalias() = velocity * bare;
            keep(positions);
        },
        name == "ProDMP" ? std::vector<Published>{{"MP_PyTorch, batch 200", 90}} : std::vector<Published>{}, 200);
}

template <typename Primitive>
void measure_evaluation(Rows& rows, const std::string& name, const Primitive& primitive) {
    const auto motion = primitive.trajectory(random_vector(primitive.parameter_count(), 0), Start{});
    auto setpoint = pm::Setpoint<double, dofs>::zero();
    double time = 0;
    rows.add(
        name + ": one set point (position, velocity, acceleration)",
        [&] {
            time = time < 2 ? time + 0.001 : 0;
            motion.evaluate(time, setpoint);
            keep(setpoint);
        },
        "K exponentials, D dot products", ExponentialsAndProducts{});
}

void measure_dmp(Rows& rows) {
    const pm::Dmp<double, dofs> dmp({.duration = 2, .basis_count = basis_count});
    const auto movement = dmp.movement(random_vector(dmp.parameter_count(), 0), Start{});
    auto state = movement.initial_state();
    const auto initial = state;
    int steps = 0;
    rows.add("DMP: one step of 1 ms, exact integrator",
             [&] {
                 if (++steps % 2000 == 0) state = initial;
                 movement.step(state, 0.001);
                 keep(state);
             },
             "K exponentials, D dot products", ExponentialsAndProducts{}, {{"dmpbbo (C++), Runge-Kutta step", 5.5}});
    // The primitive has made its table of forced motions when it was constructed, once for all weights, starts and goals. In the first row
    // the movement is made, too: the weights are known, as they are in dmpbbo. In the second it is made anew, the last is the primitive.
    auto limit = [one = ExponentialsAndProducts{}]() mutable {
        for (int i = 0; i < 200; ++i) one();
    };
    const auto run = [](const auto& whole, auto from) {
        for (int i = 0; i < 200; ++i) whole.step(from, 0.01);
        keep(from);
    };
    rows.add("DMP: 200 steps of 10 ms, one after the other", [&] { run(movement, initial); }, "200 times K exponentials, D dot products",
             limit, {{"dmpbbo (C++), 200 steps", 94}});
    const VectorXd parameters = random_vector(dmp.parameter_count(), 0);
    rows.add("DMP: the same from new weights",
             [&] {
                 const auto fresh = dmp.movement(parameters, Start{});
                 run(fresh, fresh.initial_state());
             },
             "200 times K exponentials, D dot products", limit, {{"dmpbbo (C++), 200 steps", 94}});
    rows.add(
        "DMP: make a primitive, with its table",
        [] {
            const pm::Dmp<double, dofs> primitive({.duration = 2, .basis_count = basis_count});
            keep(primitive);
        },
        "200 times K exponentials, D dot products", limit);
}

void measure_replan(Rows& rows) {
    const pm::ProDmp<double, dofs> primitive({.duration = 2, .basis_count = basis_count});
    const VectorXd parameters = random_vector(primitive.parameter_count(), 0);
    auto setpoint = pm::Setpoint<double, dofs>::zero();
    Start start;
    rows.add("ProDMP: replan, with the first set point",
             [&] {
                 start.time = start.time < 1 ? start.time + 0.001 : 0;
                 primitive.trajectory(parameters, start).evaluate(start.time + 0.001, setpoint);
                 keep(setpoint);
             },
             "K exponentials, D dot products", ExponentialsAndProducts{}, {{"movement_primitives", 1300}});
}

/// A distribution of ProMPs and what to learn it from.
template <int D>
struct Body {
    Index dofs, count;
    pm::ProMp<double, D> primitive{{.dofs = dofs, .duration = 2, .basis_count = count}};
    Index size = dofs * count;
    pm::TrajectoryDistribution<pm::ProMp<double, D>> distribution{primitive, {random_vector(size, 0), random_covariance(size)}};

    std::vector<pm::Demonstration<double>> demonstrations(int number, Index samples) const {
        std::vector<pm::Demonstration<double>> result;
        const VectorXd times = VectorXd::LinSpaced(samples, 0, 2);
        for (int i = 0; i < number; ++i) {
            const auto motion = primitive.trajectory(random_vector(size, static_cast<std::uint32_t>(i)));
            result.push_back({times, motion.table(times).positions});
        }
        return result;
    }

    /// K = S H' (R + H S H')^-1 and S - K H S for one value of every degree of freedom, H dense as written.
    auto textbook_conditioning() const {
        const MatrixXd row = primitive.basis_table(VectorXd::Constant(1, 1.0)).weights_of_order(0);
        MatrixXd observation = MatrixXd::Zero(dofs, size);
        for (Index dof = 0; dof < dofs; ++dof) observation.block(dof, dof * count, 1, count) = row;
        return [covariance = distribution.weights().covariance, observation] {
            const MatrixXd cross = covariance * observation.transpose();
            const MatrixXd inner = observation * cross + 1e-6 * MatrixXd::Identity(observation.rows(), observation.rows());
            const MatrixXd posterior = covariance - cross * inner.llt().solve(cross.transpose());
            keep(posterior);
        };
    }
};

template <int D>
void measure_distribution(Rows& rows, const std::string& name, const Body<D>& body, double published_condition,
                          const std::string& library) {
    const std::vector<pm::Observation<double>> via{
        {.time = 1.0, .value = VectorXd::Ones(body.dofs), .noise = MatrixXd::Constant(1, 1, 1e-6)}};
    rows.add(name + ": condition on a via point of all joints",
             [&] {
                 const auto posterior = pm::condition(body.distribution, via);
                 keep(posterior);
             },
             "the formula with dense matrices", body.textbook_conditioning(), {{library, published_condition}});
}

void measure_covariance(Rows& rows) {
    const Body<dofs> body{dofs, basis_count};
    const VectorXd times = VectorXd::LinSpaced(200, 0, 2);
    const MatrixXd phi = body.primitive.basis_table(times).weights_of_order(0);
    MatrixXd blocks = MatrixXd::Zero(200 * dofs, body.size), dense(200 * dofs, 200 * dofs);
    for (Index dof = 0; dof < dofs; ++dof) blocks.block(dof * 200, dof * basis_count, 200, basis_count) = phi;
    rows.add(
        "ProMP: covariance of positions, 1400 x 1400",
        [&] {
            const MatrixXd covariance = body.distribution.covariance(times);
            keep(covariance);
        },
        "the products with dense matrices",
        [&] {
            dense.noalias() = (blocks * body.distribution.weights().covariance) * blocks.transpose();
            keep(dense);
        },
        {{"movement_primitives", 52000}});
    measure_distribution(rows, "ProMP", body, 210, "movement_primitives");
    measure_distribution(rows, "ProMP, 20 functions", Body<dofs>{dofs, 20}, 48, "hucebot/promp (C++)");
}

template <int D>
void measure_learning(Rows& rows, const std::string& name, const Body<D>& body, int number, Index samples,
                      const std::vector<Published>& published) {
    const auto demonstrations = body.demonstrations(number, samples);
    const MatrixXd phi = body.primitive.basis_table(demonstrations.front().times).weights_of_order(0);
    rows.add(
        name + ": learn from " + std::to_string(number) + (number == 1 ? " demonstration of " : " demonstrations of ") +
            std::to_string(samples) + " samples",
        [&] {
            if (number == 1) {
                keep(pm::ridge_regression(body.primitive, demonstrations.front()));
            } else {
                keep(pm::learn_weights(body.primitive, demonstrations).expected());
            }
        },
        "normal equations and covariance",
        [&] {
            MatrixXd weights(body.size, number);
            const Eigen::LLT<MatrixXd> factor(phi.transpose() * phi + 1e-9 * MatrixXd::Identity(body.count, body.count));
            for (int i = 0; i < number; ++i) {
                const auto& positions = demonstrations[static_cast<std::size_t>(i)].positions;
                weights.col(i) = factor.solve(phi.transpose() * positions).reshaped();
            }
            const MatrixXd deviations = weights.colwise() - weights.rowwise().mean();
            if (number > 1) keep(MatrixXd(deviations * deviations.transpose() / (number - 1)));
            keep(weights);
        },
        published);
}

void measure_whole_body(Rows& rows) {
    const Body<Eigen::Dynamic> body{66, 20};
    measure_learning(rows, "ProMP, 66 joints x 20", body, 10, 355, {{"hucebot/promp (C++)", 17000}});
    const VectorXd times = VectorXd::LinSpaced(355, 0, 2);
    const MatrixXd phi = body.primitive.basis_table(times).weights_of_order(0);
    MatrixXd variances(355, 66);
    rows.add(
        "ProMP, 66 joints x 20: standard deviations at 355 times",
        [&] {
            const MatrixXd deviations = body.distribution.standard_deviations(times);
            keep(deviations);
        },
        "the products [T x K] * [K x K]",
        [&] {
            for (Index dof = 0; dof < 66; ++dof) {
                const MatrixXd product = phi * body.distribution.weights().covariance.block(dof * 20, dof * 20, 20, 20);
                variances.col(dof) = product.cwiseProduct(phi).rowwise().sum();
            }
            keep(variances);
        },
        {{"hucebot/promp (C++)", 940}});
    measure_distribution(rows, "ProMP, 66 joints x 20", body, 140000, "hucebot/promp (C++)");
}

void measure_mean(Rows& rows) {
    const Body<dofs> body{dofs, basis_count};
    const VectorXd times = VectorXd::LinSpaced(355, 0, 2), weights = body.distribution.weights().mean;
    const auto table = body.primitive.basis_table(times);
    const auto columns = body.distribution.coefficients_of(weights);
    const MatrixXd phi = table.weights_of_order(0);
    const Eigen::Matrix<double, Eigen::Dynamic, dofs> bare = columns.bottomRows(basis_count);
    Table positions(355, dofs);
    rows.add(
        "ProMP: mean positions at 355 times",
        [&] {
            positions.noalias() = table.position * columns;
            keep(positions);
        },
        "the product [T x K] * [K x D]",
        [&] {
            positions.noalias() = phi * bare;
            keep(positions);
        },
        {{"hucebot/promp (C++)", 3.2}});
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = primore_benchmark::parse(argument_count, arguments, {{"--csv", ""}});
        primore_benchmark::Report report("primitive_cost", options["--csv"]);
        std::cout << "7 degrees of freedom, 10 basis functions, double; medians of 31 measurements\n\n";
        Rows rows(report);
        const pm::ProMp<double, dofs> promp({.duration = 2, .basis_count = basis_count});
        const pm::ProMp<double, dofs> with_start({.duration = 2, .basis_count = basis_count - 2, .zero_start = 2});
        const pm::ProDmp<double, dofs> prodmp({.duration = 2, .basis_count = basis_count});
        measure_tables(rows, "ProMP", promp);
        measure_tables(rows, "ProDMP", prodmp);
        measure_tables(rows, "DMP", pm::Dmp<double, dofs>({.duration = 2, .basis_count = basis_count}));
        measure_mean(rows);
        measure_evaluation(rows, "ProMP", with_start);
        measure_evaluation(rows, "ProDMP", prodmp);
        measure_dmp(rows);
        measure_replan(rows);
        measure_covariance(rows);
        measure_learning(rows, "ProMP", Body<dofs>{dofs, basis_count}, 1, 200, {});
        measure_learning(rows, "ProMP", Body<dofs>{dofs, basis_count}, 40, 200, {});
        measure_whole_body(rows);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "primitive_cost: " << error.what() << '\n';
        return 2;
    }
}
