// SPDX-License-Identifier: MIT
// Roll-outs of planar reaching tasks, computed with fancy_gym (public, NumPy): every reward, angle and end effector.

#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include <Eigen/Core>

#include "hole_reacher/hole_reacher.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/reference.hpp"

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using primore_test::ReferenceCase;

constexpr double tolerance = 1e-10;

/// Executes the actions of a case with `step(action)`, which gives the reward, and compares what it yields after every step.
/// `arm()` gives the joint angles. @return the rewards
VectorXd rewards_along(const ReferenceCase& reference, const std::function<double(const VectorXd&)>& step,
                       const std::function<VectorXd()>& arm) {
    const Eigen::MatrixXd actions = reference.matrix("actions");
    const Eigen::MatrixXd angles = reference.matrix("joint_angles_at_sampled_steps");
    const Eigen::MatrixXd end_effectors = reference.matrix("end_effector_at_sampled_steps");
    const VectorXd sampled_steps = reference.vector("sampled_steps");
    VectorXd rewards(actions.rows());
    Index sample = 0;
    for (Index i = 0; i < actions.rows(); ++i) {
        rewards(i) = step(actions.row(i).transpose());
        if (sample == sampled_steps.size() || static_cast<double>(i) != sampled_steps(sample)) continue;
        CHECK_THAT(arm(), near(angles.row(sample).transpose(), tolerance));
        CHECK_THAT(hole_reacher::arm_points<Eigen::Dynamic>(arm()).rightCols<1>(), near(end_effectors.row(sample).transpose(), tolerance));
        ++sample;
    }
    CHECK(sample == sampled_steps.size());
    CHECK(static_cast<double>(actions.rows()) == reference.number("n_steps"));
    return rewards;
}

hole_reacher::Reward reward_named(const std::string& name) {
    if (name == "simple") return hole_reacher::Reward::simple;
    if (name == "vel_acc") return hole_reacher::Reward::vel_acc;
    if (name == "unbounded") return hole_reacher::Reward::unbounded;
    throw std::runtime_error("unknown reward_function '" + name + "'");
}

void check_hole_reacher(const ReferenceCase& reference) {
    hole_reacher::HoleReacher<Eigen::Dynamic> task({
        .hole = {reference.number("hole_x"), reference.number("hole_width"), reference.number("hole_depth")},
        .reward = reward_named(reference.text("reward_function")),
        .start_angle = reference.number("start_angle_first_joint"),
        .collision_penalty = reference.number("collision_penalty"),
        .links = static_cast<Index>(reference.number("n_links")),
    });
    bool done = false;
    const VectorXd rewards = rewards_along(
        reference,
        [&](const VectorXd& action) {
            CHECK_FALSE(done);
            const auto result = task.step(action);
            done = result.done;
            return result.reward;
        },
        [&] { return task.state().position; });
    CHECK_THAT(rewards, near(reference.vector("rewards"), tolerance));
    CHECK_THAT(rewards.sum(), near(reference.number("episode_return"), tolerance));
    CHECK(done);
    CHECK(task.collided() == (reference.number("is_collided") != 0.0));
    CHECK(task.collided() == (reference.number("terminated") != 0.0));
    CHECK(task.success() == (reference.number("is_success") != 0.0));
}

/// The arm of the two tasks that have no hole.
struct FreeArm {
    explicit FreeArm(const ReferenceCase& reference)
        : position(VectorXd::Zero(static_cast<Index>(reference.number("n_links")))), velocity(position) {
        position(0) = reference.number("start_angle_first_joint");
    }

    void move(const VectorXd& new_velocity) {
        velocity = new_velocity;
        position += reference_time_step * velocity;
    }
    Eigen::Vector2d end_effector() const { return hole_reacher::arm_points<Eigen::Dynamic>(position).rightCols<1>(); }
    bool collided() const {
        return hole_reacher::touches_itself<Eigen::Dynamic>(position, hole_reacher::arm_points<Eigen::Dynamic>(position));
    }

    static constexpr double reference_time_step = 0.01;
    VectorXd position, velocity;
};

/// The finite variant: 0, minus the squared distance to the via point at step 100 and to the target at the end, minus the
/// penalty of a collision, always minus 5e-8 |action|^2.
void check_via_point_reacher(const ReferenceCase& reference) {
    const VectorXd via = reference.vector("via_target"), target = reference.vector("target");
    const double collision_penalty = reference.number("collision_penalty");
    FreeArm arm(reference);
    int counter = 0;
    const VectorXd rewards = rewards_along(
        reference,
        [&](const VectorXd& action) {
            arm.move(action);
            double reward = -5e-8 * action.squaredNorm();
            if (arm.collided()) {
                reward -= collision_penalty + (arm.end_effector() - target).squaredNorm();
            } else if (counter == 100) {
                reward -= (arm.end_effector() - via).squaredNorm();
            } else if (counter == 199) {
                reward -= (arm.end_effector() - target).squaredNorm();
            }
            ++counter;
            return reward;
        },
        [&] { return arm.position; });
    CHECK_THAT(rewards, near(reference.vector("rewards_finite_variant"), tolerance));
    CHECK_THAT(rewards.sum(), near(reference.number("return_finite_variant"), tolerance));
    CHECK(arm.collided() == (reference.number("is_collided") != 0.0));
    CHECK(arm.collided() == (reference.number("terminated") != 0.0));
}

/// Actions are accelerations; the reward is -|action|^2, at the end also minus the distance to the target.
void check_simple_reacher(const ReferenceCase& reference) {
    const VectorXd target = reference.vector("target");
    FreeArm arm(reference);
    int counter = 0;
    const VectorXd rewards = rewards_along(
        reference,
        [&](const VectorXd& action) {
            arm.move(arm.velocity + FreeArm::reference_time_step * action);
            const double distance = counter >= 199 ? (arm.end_effector() - target).norm() : 0.0;
            ++counter;
            return -action.squaredNorm() - distance;
        },
        [&] { return arm.position; });
    CHECK_THAT(rewards, near(reference.vector("rewards"), tolerance));
    CHECK_THAT(rewards.sum(), near(reference.number("episode_return"), tolerance));
    CHECK(arm.collided() == (reference.number("is_collided_last") != 0.0));
}

/// The kind of a case is the name of the file it was computed into, without the number of a part.
std::string kind_of(const ReferenceCase& reference) {
    const std::string& file = reference.text("file");
    return file.substr(0, file.find_last_not_of("_0123456789") + 1);
}

}  // namespace

TEST_CASE("planar reaching tasks agree with the reference roll-outs", "[reference]") {
    const std::map<std::string, void (*)(const ReferenceCase&)> checks = {
        {"hole_reacher", check_hole_reacher}, {"via_point_reacher", check_via_point_reacher}, {"simple_reacher", check_simple_reacher}};
    std::map<std::string, int> counts;
    for (const ReferenceCase& reference : primore_test::reference_cases("tasks")) {
        INFO("case " << reference.name << " (" << reference.origin << ")");
        const std::string kind = kind_of(reference);
        const auto check = checks.find(kind);
        if (check == checks.end()) {
            FAIL_CHECK("unknown kind of case: " << kind);
            continue;
        }
        CHECK_NOTHROW(check->second(reference));
        ++counts[kind];
    }
    std::cout << "reference tasks:";
    for (const auto& [kind, count] : counts) std::cout << ' ' << kind << ' ' << count;
    std::cout << '\n';
}
