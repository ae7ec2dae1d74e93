// SPDX-License-Identifier: MIT
// The task of the hole reacher. Whole episodes are compared with the reference in reference_tasks_test.cpp.

#include <cmath>
#include <fstream>
#include <limits>
#include <numbers>
#include <string>

#include <Eigen/Core>

#include "hole_reacher/hole_reacher.hpp"
#include "hole_reacher/motion_record.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/scratch_folder.hpp"

using Eigen::Vector2d;
using hole_reacher::arm_points;
using hole_reacher::Hole;
using hole_reacher::HoleReacher;
using hole_reacher::HoleReacherOptions;
using hole_reacher::Reward;
using std::numbers::pi;

namespace {

using Vector5 = Eigen::Matrix<double, 5, 1>;

/// The five joint angles of an arm whose links have these directions.
Vector5 with_directions(double a, double b, double c, double d, double e) {
    Vector5 angles;
    angles << a, b - a, c - b, d - c, e - d;
    return angles;
}

/// Goes from the start to these angles with constant velocity. @return the sum of rewards
double move_to(HoleReacher<5>& arm, const Vector5& angles) {
    const Vector5 velocity = (angles - arm.state().position) / (arm.time_step() * HoleReacher<5>::steps);
    double sum = 0.0;
    for (bool done = false; !done;) {
        const auto result = arm.step(velocity);
        sum += result.reward;
        done = result.done;
    }
    return sum;
}

/// The last link hangs straight down in the hole at 2.0: the wrist is at
/// x = 2 cos 35 deg + cos 85 deg + cos 75 deg = 1.98, y = sin 85 deg - sin 75 deg = 0.03.
const Vector5 hanging = with_directions(85, 35, -35, -75, -90) * pi / 180.0;

}  // namespace

TEST_CASE("the links of an arm are chained from the base") {
    const Vector5 angles = with_directions(pi / 2, 0, -pi / 2, 0, pi / 2);
    Eigen::MatrixXd expected(2, 6);
    expected << 0, 0, 1, 1, 2, 2,  //
        0, 1, 1, 0, 0, 1;
    CHECK_THAT(arm_points<5>(angles), near(expected, 1e-15));
    CHECK_THAT(arm_points<Eigen::Dynamic>(Eigen::VectorXd(angles)), near(expected, 1e-15));
}

TEST_CASE("segments intersect if they cross, not if they lie on a line or apart") {
    using hole_reacher::segments_intersect;
    CHECK(segments_intersect({0, 0}, {2, 2}, {0, 2}, {2, 0}));
    CHECK_FALSE(segments_intersect({0, 0}, {2, 2}, {0, 2}, {0.9, 1.1}));
    CHECK_FALSE(segments_intersect({0, 0}, {2, 0}, {1, 0}, {3, 0}));
    CHECK_FALSE(segments_intersect({0, 0}, {1, 0}, {0, 1}, {1, 1}));
}

TEST_CASE("an arm touches itself if links cross or a joint is bent by more than pi") {
    const auto touches = [](const Vector5& angles) { return hole_reacher::touches_itself<5>(angles, arm_points<5>(angles)); };
    CHECK_FALSE(touches(Vector5::Zero()));
    CHECK_FALSE(touches(hanging));
    CHECK(touches(with_directions(0, 2 * pi / 3 - 0.1, 4 * pi / 3 - 0.1, 0, 0)));  // the third link comes back over the first
    const double most = pi;
    CHECK_FALSE(touches(Vector5::Unit(0) * most));
    CHECK(touches(Vector5::Unit(0) * std::nextafter(most, 4.0)));
    CHECK(touches(Vector5::Unit(4) * -std::nextafter(most, 4.0)));
}

TEST_CASE("the ground begins below the surface beside the hole and below its bottom") {
    const Hole hole{.x = 2.0, .width = 0.5, .depth = 1.0};
    CHECK(hole.bottom() == Vector2d(2.0, -1.0));
    CHECK_FALSE(hole.is_ground({1.0, 0.0}));
    CHECK(hole.is_ground({1.0, -1e-9}));
    CHECK(hole.is_ground({2.2501, -1e-9}));
    CHECK_FALSE(hole.is_ground({2.2499, -1.0}));
    CHECK(hole.is_ground({2.2499, -1.0001}));
    CHECK_FALSE(hole.is_ground({2.25, -5.0}));  // exactly on a wall is in no ground: the reference decides so
    CHECK(hole.contains({2.2499, -1.0}));
    CHECK_FALSE(hole.contains({2.2499, 0.0}));
    CHECK_FALSE(hole.contains({2.2501, -0.5}));
    CHECK_FALSE(hole.contains({2.0, -1.0001}));
}

TEST_CASE("only points below the surface are visited, 100 on a link") {
    int visited = 0;
    const auto count = [&](const Vector2d& point) {
        CHECK(point.y() < 0.0);
        ++visited;
        return false;
    };
    Eigen::Matrix<double, 2, 3> joints;
    joints << 0, 1, 2,  //
        1, 0, 0;
    CHECK_FALSE(hole_reacher::any_point_below_surface(joints, count));
    CHECK(visited == 0);
    joints.row(1) << 0, 0, -1;  // i / 99 below the surface, i = 1 .. 99
    CHECK_FALSE(hole_reacher::any_point_below_surface(joints, count));
    CHECK(visited == 99);
    CHECK(hole_reacher::any_point_below_surface(joints, [](const Vector2d&) { return true; }));
}

TEST_CASE("a step moves the joints with the commanded velocity") {
    HoleReacher<5> arm;
    CHECK_THAT(arm.end_effector(), near(Vector2d(0, 5), 1e-15));
    const Vector5 velocity = Vector5::LinSpaced(0.1, 0.5);
    arm.step(velocity);
    const auto state = arm.state();
    CHECK_THAT(state.velocity, near(velocity, 1e-15));
    CHECK_THAT(state.position, near(Vector5(Vector5::Unit(0) * pi / 2 + 0.01 * velocity), 1e-15));
    CHECK(arm.step_count() == 1);
}

TEST_CASE("every reward charges for its effort") {
    // velocity 0.2 from rest: acceleration 20; then constant: acceleration 0
    const auto rewards = [](Reward reward) {
        HoleReacher<5> arm({.reward = reward});
        const Vector5 velocity = Vector5::Unit(2) * 0.2;
        const double first = arm.step(velocity).reward;
        return std::pair(first, arm.step(velocity).reward);
    };
    CHECK_THAT(rewards(Reward::simple).first, WithinAbs(-5e-8 * 400, 1e-15));
    CHECK_THAT(rewards(Reward::simple).second, WithinAbs(0, 1e-15));
    CHECK_THAT(rewards(Reward::vel_acc).first, WithinAbs(-1e-4 * 0.04 - 1e-6 * 400, 1e-15));
    CHECK_THAT(rewards(Reward::vel_acc).second, WithinAbs(-1e-4 * 0.04, 1e-15));
    CHECK_THAT(rewards(Reward::unbounded).first, WithinAbs(-5e-6 * 400, 1e-15));
    CHECK_THAT(rewards(Reward::unbounded).second, WithinAbs(0, 1e-15));
}

TEST_CASE("an arm that stays where it is ends after 200 steps, far from the goal") {
    // the end effector stays at (0, 5), the goal is (2, -1): squared distance 4 + 36
    for (const auto& [reward, expected] :
         {std::pair(Reward::simple, -40.0), std::pair(Reward::vel_acc, -40.0), std::pair(Reward::unbounded, std::exp(-std::sqrt(40.0)))}) {
        HoleReacher<5> arm({.reward = reward});
        CHECK_THAT(move_to(arm, arm.state().position), WithinAbs(expected, 1e-12));
        CHECK(arm.step_count() == 200);
        CHECK_FALSE(arm.collided());
        CHECK_FALSE(arm.in_the_hole());
        CHECK(arm.success() == (reward == Reward::unbounded));
    }
}

TEST_CASE("an arm that falls over collides with the ground") {
    // The arm lies flat shortly after 1.4 s of 2 s. Its end effector is then next to (5, 0) or (-5, 0).
    for (const auto& [angle, hole_x] : {std::pair(-0.7, 2.0), std::pair(pi + 0.7, -2.0)}) {
        const Vector5 target = Vector5::Unit(0) * angle;
        HoleReacher<5> simple({.hole = {.x = hole_x}, .reward = Reward::simple, .collision_penalty = 7.0});
        const double sum = move_to(simple, target);
        CHECK(simple.collided());
        CHECK(simple.step_count() < 200);
        CHECK_FALSE(simple.in_the_hole());
        CHECK_FALSE(simple.success());
        CHECK_THAT(sum, WithinAbs(-std::pow(simple.distance_to_goal(), 2) - 7.0, 1e-2));

        HoleReacher<5> unbounded({.hole = {.x = hole_x}, .reward = Reward::unbounded});
        CHECK_THAT(move_to(unbounded, target), WithinAbs(0.25 * std::exp(-unbounded.distance_to_goal()), 0.1));
    }
}

TEST_CASE("an arm that hangs into the hole is in the hole") {
    const Hole wide{.x = 2.0, .width = 3.0, .depth = 1.1};
    HoleReacher<5> arm({.hole = wide, .reward = Reward::unbounded});
    move_to(arm, hanging);
    CHECK_FALSE(arm.collided());
    CHECK(arm.in_the_hole());
    CHECK(arm.success());
    CHECK_THAT(arm.end_effector(), near(arm_points<5>(hanging).col(5), 1e-12));
    // The last link is vertical: its distance to the left wall at 0.5 is the smallest.
    CHECK_THAT(arm.clearance(), WithinAbs(arm.end_effector().x() - 0.5, 1e-6));
}

TEST_CASE("the record of a motion begins with the start and is written row by row") {
    HoleReacher<5> arm;
    hole_reacher::MotionRecord<5> motion(arm);
    const Vector5 velocity = Vector5::Constant(0.25);
    const auto result = arm.step(velocity);
    motion(primore::RollOutStep<double, 5>{0, 0.01, primore::Setpoint<double, 5>::zero(), velocity, result});
    REQUIRE(motion.rows().size() == 2);

    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "motion.csv";
    motion.write_csv(path);
    std::ifstream file(path);
    std::string header, start, first;
    std::getline(file, header);
    std::getline(file, start);
    std::getline(file, first);
    CHECK(header == "time,q1,q2,q3,q4,q5,qd1,qd2,qd3,qd4,qd5,x,y,reward,collided");
    CHECK(start == "0,1.57079632679,0,0,0,0,0,0,0,0,0,3.06161699787e-16,5,0,0");
    CHECK_THAT(first, ContainsSubstring("0.01,1.57329632679,0.0025,0.0025,0.0025,0.0025,0.25,0.25,0.25,0.25,0.25,-0.03"));
    CHECK_THROWS_WITH(motion.write_csv("/dev/null/motion.csv"), "cannot write /dev/null/motion.csv");
}
