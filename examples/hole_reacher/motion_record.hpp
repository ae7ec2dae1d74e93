// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/episode/roll_out.hpp>

#include "hole_reacher.hpp"

namespace hole_reacher {

/// Everything that happened in one episode: an observer of primore::roll_out.
template <int Links>
class MotionRecord {
public:
    struct Row {
        double time;  ///< [s]
        primore::JointState<double, Links> state;
        ArmPoints<Links> joints;  ///< [m]
        double reward;            ///< of the step that ended here
        bool collided;
    };

    /// Begins with the state in which the plant is now. The plant must outlive the record of its steps.
    explicit MotionRecord(const HoleReacher<Links>& plant) : plant_(&plant) { add(0.0, 0.0); }

    void operator()(const primore::RollOutStep<double, Links>& step) { add(step.time, step.result.reward); }

    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }

    /// Writes one row per time step: time, angles q and velocities qd of the joints, end effector, reward, collision.
    /// @throws std::runtime_error if the file cannot be written
    void write_csv(const std::filesystem::path& path) const {
        std::ofstream file(path);
        file.precision(12);
        file << "time";
        for (Eigen::Index i = 1; i <= rows_.front().state.position.size(); ++i) file << ",q" << i;
        for (Eigen::Index i = 1; i <= rows_.front().state.velocity.size(); ++i) file << ",qd" << i;
        file << ",x,y,reward,collided\n";
        for (const Row& row : rows_) {
            file << row.time;
            for (const double angle : row.state.position) file << ',' << angle;
            for (const double velocity : row.state.velocity) file << ',' << velocity;
            const Eigen::Vector2d end_effector = row.joints.col(row.joints.cols() - 1);
            file << ',' << end_effector.x() << ',' << end_effector.y() << ',' << row.reward << ',' << row.collided << '\n';
        }
        file.close();
        if (!file) throw std::runtime_error("cannot write " + path.string());
    }

private:
    void add(double time, double reward) { rows_.push_back({time, plant_->state(), plant_->joints(), reward, plant_->collided()}); }

    const HoleReacher<Links>* plant_;
    std::vector<Row> rows_;
};

}  // namespace hole_reacher
