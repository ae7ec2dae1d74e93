// SPDX-License-Identifier: MIT
// Lesson 1: demonstrations -> a distribution of movements -> movements that begin, pass and end where you want.
//
//     w ~ N(m, S)          weights, one vector for each demonstration: mean and covariance      learn_weights
//     y(t) = Phi(t) w      movements: again normally distributed                                TrajectoryDistribution
//     y(t_i) = y_i         those that meet some points: the normal distribution given these     condition

#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/conditioning.hpp>
#include <primore/imitation/weight_learning.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "demonstrations/files.hpp"
#include "demonstrations/options.hpp"

namespace pm = primore;

void run(const demonstrations::Options& options) {
    const auto [names, files, shown] = demonstrations::demonstrations_of(options);
    const auto dofs = static_cast<Eigen::Index>(names.size());

    // Demonstrations take different times: each is scaled to its own duration, what is learned runs in the average one.
    const double duration = demonstrations::mean_duration(shown);
    const pm::RidgeOptions<double> scaled{.reading = {.timing = pm::DemonstrationTiming::scaled}};
    const pm::ProMp<double> promp({.dofs = dofs, .duration = duration, .basis_count = 8});
    const pm::ProDmp<double> prodmp({.dofs = dofs, .duration = duration, .basis_count = 8, .auto_scale = true});

    // A ProMP learns where movements start, with all else. A ProDMP starts in the state that it is told.
    const pm::TrajectoryDistribution movements(promp, pm::learn_weights(promp, shown, scaled).expected());
    const auto begin = movements.at(0.0);
    pm::StartState<double> start{.position = begin.mean.head(dofs), .velocity = begin.mean.segment(dofs, dofs)};
    const pm::TrajectoryDistribution dynamic_movements(prodmp, pm::learn_weights(prodmp, shown, scaled).expected(), start);

    // A new start, a via point and a goal, each two standard deviations beside the mean.
    std::vector<pm::Observation<double>> wishes;
    for (const auto& [part, side] : {std::pair(0.0, -2.0), std::pair(0.5, 2.0), std::pair(1.0, -2.0)}) {
        const Eigen::VectorXd time = Eigen::VectorXd::Constant(1, part * duration);
        const Eigen::MatrixXd value = movements.mean(time).positions + side * movements.standard_deviations(time);
        wishes.push_back({.time = time(0), .value = value.transpose()});
    }
    const auto conditioned = pm::condition(movements, wishes);
    start.position = wishes[0].value;
    const pm::TrajectoryDistribution from_new_start(prodmp, dynamic_movements.weights(), start);
    const auto dynamic_conditioned = pm::condition(from_new_start, {wishes[1], wishes[2]});

    using demonstrations::fan_of;
    demonstrations::write(options.out, {"ProMP", fan_of(movements), fan_of(conditioned), wishes}, shown, names);
    demonstrations::write(options.out, {"ProDMP", fan_of(dynamic_movements), fan_of(dynamic_conditioned), wishes}, shown, names);
    std::cout.precision(2);
    std::cout << "Results are in " << options.out.string() << ".\nLearned from " << shown.size() << " demonstrations: new start, via point "
              << "and goal are missed by " << demonstrations::farthest(movements, wishes)
              << " at first, after conditioning the ProMP misses "
              << "them by " << demonstrations::farthest(conditioned, wishes) << ", the ProDMP by "
              << demonstrations::farthest(dynamic_conditioned, wishes) << ".\n";
}

int main(int argument_count, char** arguments) {
    try {
        const auto options = demonstrations::parse_options(std::vector<std::string>(arguments + 1, arguments + argument_count));
        if (options.help) {
            std::cout << demonstrations::help_text;
        } else {
            run(options);
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "01_learn_from_demonstrations: " << error.what() << '\n';
        return 2;
    }
}
