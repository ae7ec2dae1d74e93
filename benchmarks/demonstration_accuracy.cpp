// SPDX-License-Identifier: MIT
// How well does each primitive reproduce and predict recorded movements, and how true are the bands that it draws around its predictions?
//
// Every movement is scaled to its own duration. Distances are the root mean square over all samples.
//
//   fit       each recording by its own weights
//   gaps      the same, learned from every second sample, judged by the others
//   others    learned from all other recordings: their mean (ProDMP and DMP start where the recording starts)
//   ends      the same, told where the recording starts and ends: ProMP and ProDMP by conditioning, DMP by its goal
//
// Bands: which part of the samples of a recording lies within bands of 50, 90 and 95 % that were learned from all others, for each time
// and degree of freedom alone; then without the ends, after conditioning on these. +- is the standard error over recordings.
//
//   maximum likelihood, unbiased     covariance of the weights, with divisor n or n - 1; normal distribution
//   + noise                          plus the variance of samples around their own fit
//   prediction                       Student's t distribution, see primitive/prediction.hpp
//   EM                               expectation maximisation; + prior: with a diagonal covariance worth 5 recordings
//   prediction of drawn              control: the same for movements drawn from the normal distribution that was learned, 5 times as many

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iomanip>
#include <iostream>
#include <limits>
#include <numbers>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/conditioning.hpp>
#include <primore/imitation/basis_count.hpp>
#include <primore/imitation/dmp_imitation.hpp>
#include <primore/imitation/expectation_maximization.hpp>
#include <primore/imitation/prediction.hpp>
#include <primore/imitation/weight_learning.hpp>
#include <primore/learn/demonstration_csv.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/random/stream.hpp>

#include "demonstrations/reaches.hpp"
#include "report.hpp"

namespace {

namespace pm = primore;
using Demonstration = pm::Demonstration<double>;
using Demonstrations = std::vector<Demonstration>;
using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

const pm::DemonstrationReading<double> scaled{.timing = pm::DemonstrationTiming::scaled};

pm::ProMp<double> pro_mp(Eigen::Index dofs, Eigen::Index count) { return pm::ProMp<double>({.dofs = dofs, .basis_count = count}); }
pm::ProDmp<double> pro_dmp(Eigen::Index dofs, Eigen::Index count) {
    return pm::ProDmp<double>({.dofs = dofs, .basis_count = count, .auto_scale = true});
}
pm::Dmp<double> dmp(Eigen::Index dofs, Eigen::Index count) {
    pm::DmpOptions<double> options;
    options.dofs = dofs;
    options.basis_count = count;
    return pm::Dmp<double>(options);
}

/// The primitive by the clock of a recording.
template <typename Primitive>
Primitive timed(const Primitive& primitive, const Demonstration& recording) {
    auto clock = primitive.clock();
    clock.delay = recording.times(0);
    clock.duration = recording.times(recording.times.size() - 1) - clock.delay;
    return primitive.with_clock(clock);
}

template <typename Item>
std::vector<Item> without(const std::vector<Item>& items, std::size_t left_out) {
    std::vector<Item> others = items;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    return others;
}

/// Every second sample, and those between; the last one is among the first, because it tells the duration.
std::pair<Demonstration, Demonstration> halves(const Demonstration& recording) {
    std::vector<Eigen::Index> kept, left_out;
    const Eigen::Index last = recording.times.size() - 1;
    for (Eigen::Index row = 0; row <= last; ++row) (row % 2 == 0 || row == last ? kept : left_out).push_back(row);
    const auto part = [&](const std::vector<Eigen::Index>& rows) {
        return Demonstration{recording.times(rows), recording.positions(rows, Eigen::all)};
    };
    return {part(kept), part(left_out)};
}

/// The root mean square of distances [in the unit of the recordings].
struct Distance {
    double sum = 0;
    Eigen::Index count = 0;

    void add(const Matrix& positions, const Matrix& predicted) {
        sum += (positions - predicted).squaredNorm();
        count += positions.rows();
    }
    [[nodiscard]] double root_mean_square() const { return std::sqrt(sum / static_cast<double>(count)); }
};

struct Distances {
    Distance fit, gaps, others, ends;
};

/// Where a recording starts and ends, as noisy as its samples; a primitive that starts where it is told to needs only the end.
template <typename Primitive>
std::vector<pm::Observation<double>> ends_of(const Demonstration& recording, const Vector& noise_variance) {
    std::vector<pm::Observation<double>> ends;
    for (const Eigen::Index row : {Eigen::Index(0), recording.times.size() - 1}) {
        if (row == 0 && !std::is_same_v<Primitive, pm::ProMp<double>>) continue;
        ends.push_back({.time = recording.times(row),
                        .value = recording.positions.row(row).transpose(),
                        .noise = Matrix(noise_variance.asDiagonal())});
    }
    return ends;
}

/// What was learned from other recordings, at the start and pace of this one.
template <typename Primitive>
pm::TrajectoryDistribution<Primitive> distribution_for(const Primitive& primitive, const Demonstration& recording,
                                                       const pm::StartState<double>& start, pm::WeightDistribution<double> weights) {
    using Distribution = pm::TrajectoryDistribution<Primitive>;
    std::optional<typename Distribution::Start> from;
    if (!std::is_same_v<Primitive, pm::ProMp<double>>) from = start;
    return Distribution(timed(primitive, recording), std::move(weights), from);
}

/// The variance of the samples around their fits, of each degree of freedom.
template <typename Primitive>
Vector noise_variance(const Primitive& primitive, const Demonstrations& recordings, const std::vector<pm::RidgeFit<double>>& fits) {
    Vector sum = Vector::Zero(primitive.dofs());
    double free = 0;
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        const Vector weights = fits[i].parameters;
        const auto distribution =
            distribution_for(primitive, recordings[i], fits[i].start, {weights, Matrix::Zero(weights.size(), weights.size())});
        sum += (recordings[i].positions - distribution.mean(recordings[i].times).positions).colwise().squaredNorm();
        free += static_cast<double>(std::max<Eigen::Index>(recordings[i].times.size() - primitive.weight_count(), 1));
    }
    return sum / free;
}

/// ProMP or ProDMP.
template <typename Primitive>
Distances distances(const Primitive& primitive, const Demonstrations& recordings) {
    const pm::RidgeOptions<double> options{.reading = scaled};
    const auto fits = pm::ridge_regression(primitive, recordings, options);
    Distances result;
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        const auto& [times, positions] = recordings[i];
        const auto distribution = distribution_for(primitive, recordings[i], fits[i].start,
                                                   pm::learn_weights(primitive, without(recordings, i), options).expected());
        result.fit.add(positions, distribution.trajectory(times, fits[i].parameters).positions);
        const auto [kept, left_out] = halves(recordings[i]);
        const auto gappy = pm::ridge_regression(primitive, kept, options);
        const auto filled = distribution_for(primitive, kept, gappy.start, distribution.weights());
        result.gaps.add(left_out.positions, filled.trajectory(left_out.times, gappy.parameters).positions);
        result.others.add(positions, distribution.mean(times).positions);
        result.ends.add(
            positions, pm::condition(distribution,
                                     ends_of<Primitive>(recordings[i], noise_variance(primitive, without(recordings, i), without(fits, i))))
                           .mean(times)
                           .positions);
    }
    return result;
}

/// DMP, by imitation.
Distances distances(const pm::Dmp<double>& primitive, const Demonstrations& recordings) {
    std::vector<pm::DmpImitation<double>> fits;
    Vector sum = Vector::Zero(primitive.parameter_count());
    for (const Demonstration& recording : recordings) {
        fits.push_back(pm::imitate(timed(primitive, recording), recording));
        sum += fits.back().parameters;
    }
    Distances result;
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        const auto& [times, positions] = recordings[i];
        const auto positions_of = [&](const Vector& parameters, const pm::StartState<double>& start, const Vector& at) {
            return Matrix(timed(primitive, recordings[i]).trajectory(parameters, start).table(at).positions);
        };
        result.fit.add(positions, positions_of(fits[i].parameters, fits[i].start, times));
        const auto [kept, left_out] = halves(recordings[i]);
        const auto gappy = pm::imitate(timed(primitive, kept), kept);
        result.gaps.add(left_out.positions, positions_of(gappy.parameters, gappy.start, left_out.times));
        Vector mean = (sum - fits[i].parameters) / static_cast<double>(recordings.size() - 1);
        result.others.add(positions, positions_of(mean, fits[i].start, times));
        for (Eigen::Index dof = 0; dof < primitive.dofs(); ++dof) {
            const Eigen::Index goal = (dof + 1) * primitive.weight_count() - 1;
            mean(goal) = fits[i].parameters(goal);
        }
        result.ends.add(positions, positions_of(mean, fits[i].start, times));
    }
    return result;
}

template <typename Primitive>
void measure_distances(primore_benchmark::Report& report, const std::string& name, Eigen::Index count, const Primitive& primitive,
                       const Demonstrations& recordings) {
    const Distances result = distances(primitive, recordings);
    const std::string row = name + " with " + std::to_string(count) + " functions";
    std::cout << std::left << std::setw(26) << row << std::right << std::fixed << std::setprecision(3);
    for (const auto& [metric, distance] : {std::pair("fit", result.fit), std::pair("gaps", result.gaps), std::pair("others", result.others),
                                           std::pair("ends", result.ends)}) {
        std::cout << std::setw(10) << 1e3 * distance.root_mean_square();
        report.add(row, metric, 1e3 * distance.root_mean_square(), "thousandths");
    }
    std::cout << std::endl;
}

/// P(|t| < x) for Student's t distribution, by Simpson's rule; the normal distribution for infinite degrees of freedom.
double probability_within(double x, double degrees_of_freedom) {
    const bool is_normal = std::isinf(degrees_of_freedom);
    const auto density = [&](double t) {
        return is_normal ? std::exp(-t * t / 2) : std::pow(1 + t * t / degrees_of_freedom, -(degrees_of_freedom + 1) / 2);
    };
    constexpr int panels = 400;
    double sum = 0;
    for (int i = 0; i <= panels; ++i) sum += density(x * i / panels) * (i == 0 || i == panels ? 1 : i % 2 == 1 ? 4 : 2);
    const double log_norm = is_normal ? std::log(2 * std::numbers::pi) / 2
                                      : std::lgamma(degrees_of_freedom / 2) - std::lgamma((degrees_of_freedom + 1) / 2) +
                                            std::log(degrees_of_freedom * std::numbers::pi) / 2;
    return 2 * sum * x / (3 * panels) * std::exp(-log_norm);
}

/// The x with P(|t| < x) = probability.
double quantile_within(double probability, double degrees_of_freedom) {
    double low = 0, high = 50;
    for (int i = 0; i < 60; ++i) (probability_within((low + high) / 2, degrees_of_freedom) < probability ? low : high) = (low + high) / 2;
    return low;
}

/// How much of each recording lies within bands of 50, 90 and 95 %.
class Coverage {
public:
    static constexpr double levels[] = {0.50, 0.90, 0.95};

    /// @param deviations  absolute, in standard deviations of a prediction that is distributed like Student's t
    void add(const Matrix& deviations, double degrees_of_freedom = std::numeric_limits<double>::infinity()) {
        Eigen::Vector3d part;
        for (Eigen::Index i = 0; i < 3; ++i) {
            part(i) = (deviations.array() < quantile_within(levels[i], degrees_of_freedom)).cast<double>().mean();
        }
        parts_.push_back(part);
    }

    void print(primore_benchmark::Report& report, const std::string& row, const std::string& when) const {
        for (Eigen::Index i = 0; i < 3; ++i) {
            double sum = 0, squares = 0;
            for (const auto& part : parts_) sum += part(i);
            const auto n = static_cast<double>(parts_.size());
            for (const auto& part : parts_) squares += (part(i) - sum / n) * (part(i) - sum / n);
            std::cout << std::setw(7) << std::setprecision(1) << 100 * sum / n << " +-" << std::setw(4)
                      << 100 * std::sqrt(squares / n / (n - 1));
            report.add(row, when + " within " + std::to_string(std::lround(100 * levels[i])) + " %", 100 * sum / n, "%");
        }
    }

private:
    std::vector<Eigen::Vector3d> parts_;
};

/// A way to learn, and the coverage of its bands.
struct Bands {
    std::string name;
    Coverage marginal = {}, conditioned = {};
};

/// Distances from the mean in standard deviations, with the noise of samples.
template <typename Distribution>
Matrix deviations(const Distribution& distribution, const Demonstration& recording, const Vector& noise_variance, bool ends_are_known) {
    const Eigen::Index first = ends_are_known ? 1 : 0, count = recording.times.size() - 2 * first;
    const Vector times = recording.times.segment(first, count);
    const Matrix variances = distribution.standard_deviations(times).cwiseAbs2().rowwise() + noise_variance.transpose();
    return (recording.positions.middleRows(first, count) - distribution.mean(times).positions)
        .cwiseAbs()
        .cwiseQuotient(variances.cwiseSqrt());
}

/// Adds a recording to the bands of normal distributions.
template <typename Distribution>
void add(Bands& bands, const Distribution& distribution, const Distribution& conditioned, const Demonstration& recording,
         const Vector& noise_variance) {
    bands.marginal.add(deviations(distribution, recording, noise_variance, false));
    bands.conditioned.add(deviations(conditioned, recording, noise_variance, true));
}

/// Adds a recording to the bands of a prediction from the others.
template <typename Primitive>
void add_prediction(Bands& bands, const Primitive& primitive, const Demonstration& recording, const Demonstrations& others) {
    const auto count = static_cast<Eigen::Index>(others.size());
    const auto start = pm::ridge_regression(primitive, recording, {.reading = scaled}).start;
    const auto fits = pm::ridge_regression(primitive, others, {.reading = scaled});
    const Vector noise = noise_variance(primitive, others, fits);
    const auto distribution =
        distribution_for(primitive, recording, start, pm::learn_weights(primitive, others, {.reading = scaled}).expected());
    const auto next = pm::prediction(distribution, count);
    const auto told = pm::prediction(distribution, count, ends_of<Primitive>(recording, noise));
    bands.marginal.add(deviations(next.movements, recording, noise, false), next.degrees_of_freedom);
    bands.conditioned.add(deviations(told.movements, recording, noise, true), told.degrees_of_freedom);
}

/// Movements that are normally distributed: with the starts, durations, mean, covariance and noise of the recordings.
template <typename Primitive>
Demonstrations drawn_like(const Primitive& primitive, const Demonstrations& recordings, std::uint32_t which) {
    const auto weights = pm::learn_weights(primitive, recordings, {.reading = scaled}).expected();
    const auto fits = pm::ridge_regression(primitive, recordings, {.reading = scaled});
    const Vector noise = noise_variance(primitive, recordings, fits).cwiseSqrt();
    pm::Stream stream(1, pm::Purpose{18}, which, 0);
    const Matrix draws = weights.samples(stream, static_cast<Eigen::Index>(recordings.size()));
    Demonstrations result = recordings;
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        const auto distribution = distribution_for(primitive, recordings[i], fits[i].start, weights);
        result[i].positions = distribution.trajectory(recordings[i].times, draws.col(static_cast<Eigen::Index>(i))).positions;
        for (auto position : result[i].positions.rowwise()) position += noise.cwiseProduct(stream.normal_vector(noise.size())).transpose();
    }
    return result;
}

/// The ways to learn that are compared.
struct AllBands {
    Bands likely{"maximum likelihood"}, unbiased{"unbiased"}, noisy{"unbiased + noise"}, predicted{"prediction + noise"}, em{"EM"},
        em_prior{"EM + prior"}, drawn{"prediction of drawn"};

    /// Learns from the others, looks at a recording.
    template <typename Primitive>
    void add_recording(const Primitive& primitive, const Demonstration& recording, const Demonstrations& others) {
        const auto start = pm::ridge_regression(primitive, recording, {.reading = scaled}).start;
        const auto fits = pm::ridge_regression(primitive, others, {.reading = scaled});
        const Vector noise = noise_variance(primitive, others, fits), none = Vector::Zero(primitive.dofs());
        const auto ends = ends_of<Primitive>(recording, noise);
        const auto add_model = [&](Bands& bands, const pm::WeightDistribution<double>& weights, const Vector& variance) {
            const auto distribution = distribution_for(primitive, recording, start, weights);
            add(bands, distribution, pm::condition(distribution, ends), recording, variance);
        };
        auto weights = pm::learn_weights(primitive, others, {.reading = scaled}).expected();
        add_model(unbiased, weights, none);
        add_model(noisy, weights, noise);

        add_prediction(predicted, primitive, recording, others);

        pm::ExpectationMaximizationOptions<double> options{.max_iterations = 60, .reading = scaled};
        auto model = pm::expectation_maximization(primitive, others, options).model;
        add_model(em, model.weights, model.noise_variance);
        options.prior = pm::NormalInverseWishart<double>::with_mode(weights.covariance.diagonal().asDiagonal(), 5);
        model = pm::expectation_maximization(primitive, others, options).model;
        add_model(em_prior, model.weights, model.noise_variance);

        weights.covariance *= 1 - 1 / static_cast<double>(others.size());
        add_model(likely, weights, none);
    }
};

template <typename Primitive>
void measure_bands(primore_benchmark::Report& report, const std::string& name, const Primitive& primitive,
                   const Demonstrations& recordings) {
    AllBands all;
    for (std::size_t i = 0; i < recordings.size(); ++i) all.add_recording(primitive, recordings[i], without(recordings, i));
    for (std::uint32_t repetition = 0; repetition < 5; ++repetition) {
        const Demonstrations drawn = drawn_like(primitive, recordings, repetition);
        for (std::size_t i = 0; i < drawn.size(); ++i) add_prediction(all.drawn, primitive, drawn[i], without(drawn, i));
    }
    for (const Bands& bands : {all.likely, all.unbiased, all.noisy, all.predicted, all.em, all.em_prior, all.drawn}) {
        const std::string row = name + ": " + bands.name;
        std::cout << std::left << std::setw(28) << row << std::right;
        bands.marginal.print(report, row, "marginal");
        std::cout << "   ";
        bands.conditioned.print(report, row, "ends known");
        std::cout << std::endl;
    }
}

std::vector<Eigen::Index> counts_of(const std::string& text) {
    std::vector<Eigen::Index> counts;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        if (word.empty() || word.size() > 3 || word.find_first_not_of("0123456789") != std::string::npos || std::stoi(word) < 2) {
            throw std::invalid_argument("--basis is '" + text + "', expected whole numbers from 2 to 999 like 3,5,8");
        }
        counts.push_back(std::stoi(word));
    }
    return counts;
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options =
            primore_benchmark::parse(argument_count, arguments, {{"--demonstrations", ""}, {"--basis", "3,5,8,12,16,20"}, {"--csv", ""}});
        const auto counts = counts_of(options["--basis"]);
        const std::string& folder = options["--demonstrations"];
        const auto recordings = folder.empty() ? demonstrations::reaches() : pm::read_demonstration_folder<double>(folder).demonstrations;
        const Eigen::Index dofs = recordings.front().positions.cols();
        if (recordings.size() < 12)
            throw std::invalid_argument("there are " + std::to_string(recordings.size()) + " demonstrations, expected at least 12");
        primore_benchmark::Report report("demonstration_accuracy", options["--csv"]);
        std::cout << recordings.size() << " recordings of " << dofs << " degrees of freedom" << (folder.empty() ? ", made with seed 1" : "")
                  << "\n\nDistances in thousandths of the unit of the recordings (mm, if they are in m)\n"
                  << "                                fit      gaps    others      ends\n";
        for (const Eigen::Index count : counts) measure_distances(report, "ProMP", count, pro_mp(dofs, count), recordings);
        for (const Eigen::Index count : counts) measure_distances(report, "ProDMP", count, pro_dmp(dofs, count), recordings);
        for (const Eigen::Index count : counts) measure_distances(report, "DMP", count, dmp(dofs, count), recordings);
        std::cout << "\nBands of 8 functions                      marginal: 50, 90, 95 %                       ends known: 50, 90, 95 %\n";
        measure_bands(report, "ProMP", pro_mp(dofs, 8), recordings);
        measure_bands(report, "ProDMP", pro_dmp(dofs, 8), recordings);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "demonstration_accuracy: " << error.what() << '\n';
        return 2;
    }
}
