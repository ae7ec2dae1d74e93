// SPDX-License-Identifier: MIT
#pragma once

// The task: a planar arm whose joints follow commanded velocities must put its end effector into a hole in the ground
// without touching anything. Dynamics, collision test and rewards are those of the HoleReacher of fancy_gym, to 1e-10.

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Core>

#include <primore/control/controller.hpp>
#include <primore/episode/roll_out.hpp>

#include "planar_arm.hpp"

namespace hole_reacher {

/// A hole with vertical walls in the ground y < 0.
struct Hole {
    double x = 2.0;      ///< its centre [m]
    double width = 0.5;  ///< [m]
    double depth = 1.0;  ///< [m]

    [[nodiscard]] double left() const noexcept { return x - width / 2.0; }
    [[nodiscard]] double right() const noexcept { return x + width / 2.0; }
    [[nodiscard]] Eigen::Vector2d bottom() const noexcept { return {x, -depth}; }

    /// Whether a point lies in the ground beside or below the hole.
    [[nodiscard]] bool is_ground(const Eigen::Vector2d& point) const noexcept {
        if (point.x() < left() || point.x() > right()) return point.y() < 0.0;
        return point.x() > left() && point.x() < right() && point.y() < -depth;
    }

    /// Whether a point lies in the air of the hole, below the surface.
    [[nodiscard]] bool contains(const Eigen::Vector2d& point) const noexcept {
        return point.x() > left() && point.x() < right() && point.y() < 0.0 && point.y() >= -depth;
    }
};

/// Visits the points of the arm that can lie below the surface: 100 per link, but none of a link that is above it with both ends.
/// @return  whether `visit(point)` was true for one of them; the first one ends the visit
template <typename Points, typename Visit>
bool any_point_below_surface(const Points& joints, Visit&& visit) {
    constexpr int points_per_link = 100;
    for (Eigen::Index link = 0; link + 1 < joints.cols(); ++link) {
        const Eigen::Vector2d begin = joints.col(link);
        const Eigen::Vector2d along = joints.col(link + 1) - begin;
        if (std::min(begin.y(), joints(1, link + 1)) >= 0.0) continue;
        for (int i = 0; i < points_per_link; ++i) {
            const Eigen::Vector2d point = begin + along * (static_cast<double>(i) / (points_per_link - 1));
            if (point.y() < 0.0 && visit(point)) return true;
        }
    }
    return false;
}

/// How the task rewards a movement; d is the distance of the end effector to the bottom of the hole.
///
///     reward      in every step                        at the end of all steps           at a collision
///     simple      -5e-8 |acceleration|^2               -d^2                              -d^2 - collision_penalty
///     vel_acc     -1e-4 |velocity|^2                   -d^2                              nothing
///                 -1e-6 |acceleration|^2
///     unbounded   -5e-6 |acceleration|^2               exp(-d) above the ground,         exp(-d) / 4
///                                                      else 1 - y, both of step 180
enum class Reward { simple, vel_acc, unbounded };

/// What can be chosen about the task.
template <int Links = 5>
struct HoleReacherOptions {
    Hole hole{};
    Reward reward = Reward::unbounded;
    double start_angle = std::numbers::pi / 2.0;               ///< of the first joint [rad]; the others start at zero
    double collision_penalty = 100.0;                          ///< of the reward `simple`
    Eigen::Index links = Links == Eigen::Dynamic ? 5 : Links;  ///< only to be set if `Links == Eigen::Dynamic`
};

/// A Plant in the sense of primore::roll_out: one object is one episode, a copy of a fresh one starts another.
template <int Links = 5>
class HoleReacher {
public:
    using Vector = primore::DofVector<double, Links>;

    static constexpr int steps = 200;  ///< of an episode: 2 s

    explicit HoleReacher(const HoleReacherOptions<Links>& options = {})
        : options_(options), position_(Vector::Zero(options.links)), velocity_(Vector::Zero(options.links)) {
        position_(0) = options.start_angle;
        joints_ = arm_points<Links>(position_);
    }

    [[nodiscard]] double time_step() const noexcept { return 0.01; }  ///< [s]
    [[nodiscard]] primore::JointState<double, Links> state() const { return {position_, velocity_}; }
    [[nodiscard]] const ArmPoints<Links>& joints() const noexcept { return joints_; }  ///< [2 x (links + 1)] [m]
    [[nodiscard]] Eigen::Vector2d end_effector() const noexcept { return joints_.col(joints_.cols() - 1); }
    [[nodiscard]] const Hole& hole() const noexcept { return options_.hole; }
    [[nodiscard]] double distance_to_goal() const noexcept { return (end_effector() - hole().bottom()).norm(); }
    [[nodiscard]] int step_count() const noexcept { return step_count_; }
    [[nodiscard]] bool collided() const noexcept { return collided_; }
    [[nodiscard]] bool in_the_hole() const noexcept { return !collided_ && hole().contains(end_effector()); }

    /// Success in the words of the original task, known at the end of the episode: `unbounded` asks for no collision,
    /// the other rewards also for the end effector within 5 mm of the goal.
    [[nodiscard]] bool success() const noexcept {
        constexpr double tolerance = 0.005;
        return step_count_ == steps && !collided_ && (options_.reward == Reward::unbounded || distance_to_goal() < tolerance);
    }

    /// The smallest horizontal distance between the walls of the hole and the part of the arm in it [m]; half the width if none is.
    [[nodiscard]] double clearance() const {
        double smallest = hole().width / 2.0;
        any_point_below_surface(joints_, [&](const Eigen::Vector2d& point) {
            smallest = std::min({smallest, point.x() - hole().left(), hole().right() - point.x()});
            return false;
        });
        return smallest;
    }

    /// Moves all joints with the commanded velocities [links] [rad/s] for one time step. The episode is done at the first
    /// collision or after `steps` steps.
    primore::StepResult<double> step(const Vector& command) {
        const double acceleration_squared = (command - velocity_).squaredNorm() / (time_step() * time_step());
        velocity_ = command;
        position_ += time_step() * velocity_;
        joints_ = arm_points<Links>(position_);
        collided_ = touches_itself<Links>(position_, joints_) ||
                    any_point_below_surface(joints_, [&](const Eigen::Vector2d& point) { return hole().is_ground(point); });
        if (step_count_ == judged_step) judged_end_effector_ = end_effector();
        const double reward = effort(acceleration_squared) + achievement();
        ++step_count_;
        return {.reward = reward, .done = collided_ || step_count_ == steps};
    }

private:
    static constexpr int judged_step = 180;  // where `unbounded` looks at the end effector

    [[nodiscard]] double effort(double acceleration_squared) const noexcept {
        switch (options_.reward) {
            case Reward::simple: return -5e-8 * acceleration_squared;
            case Reward::vel_acc: return -1e-4 * velocity_.squaredNorm() - 1e-6 * acceleration_squared;
            case Reward::unbounded: return -5e-6 * acceleration_squared;
        }
        return 0.0;
    }

    [[nodiscard]] double achievement() const noexcept {
        if (!collided_ && step_count_ + 1 < steps) return 0.0;
        const double distance = distance_to_goal();
        switch (options_.reward) {
            case Reward::simple: return -distance * distance - (collided_ ? options_.collision_penalty : 0.0);
            case Reward::vel_acc: return collided_ ? 0.0 : -distance * distance;
            case Reward::unbounded:
                if (collided_) return 0.25 * std::exp(-distance);
                if (end_effector().y() > 0.0) return std::exp(-(judged_end_effector_ - hole().bottom()).norm());
                return 1.0 - judged_end_effector_.y();
        }
        return 0.0;
    }

    HoleReacherOptions<Links> options_;
    Vector position_;
    Vector velocity_;
    ArmPoints<Links> joints_;
    Eigen::Vector2d judged_end_effector_ = Eigen::Vector2d::Zero();
    int step_count_ = 0;
    bool collided_ = false;
};

}  // namespace hole_reacher
