// SPDX-License-Identifier: MIT
#pragma once

// What the checks of movement primitives against reference numbers share: the list of kinds, and reading cases that come in batches.

#include <functional>
#include <map>
#include <string>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/reference.hpp"

namespace primore_test {

/// How a kind of case is checked: a function of the case and a tolerance, in double at the tolerance that the case suggests, in float
/// at one of its own.
struct Check {
    std::function<void(const ReferenceCase&, double)> in_double, in_float;
    double float_tolerance;
};

using Checks = std::map<std::string, Check>;  // by the kind of case

void add_phase_checks(Checks& checks);
void add_mp_lib_checks(Checks& checks);
void add_pro_mp_checks(Checks& checks);
void add_pro_dmp_checks(Checks& checks);
void add_gradient_checks(Checks& checks);
void add_dmp_checks(Checks& checks);
void add_dmpbbo_checks(Checks& checks);
void add_pose_checks(Checks& checks);
void add_distribution_checks(Checks& checks);
void add_learning_checks(Checks& checks);

/// The entries of one batch member, row-major, of a value that has a leading batch index if its rank is higher than `rank`.
template <typename Scalar = double>
Eigen::VectorX<Scalar> member(const ReferenceCase& c, const std::string& key, std::size_t rank, Eigen::Index batch) {
    const Eigen::VectorX<Scalar> all = c.vector(key).cast<Scalar>();
    if (c.shape(key).size() == rank) return all;
    const Eigen::Index size = all.size() / c.shape(key).front();
    return all.segment(batch * size, size);
}

/// The matrix of one batch member.
template <typename Scalar = double>
Eigen::MatrixX<Scalar> member_matrix(const ReferenceCase& c, const std::string& key, Eigen::Index batch) {
    const Eigen::VectorX<Scalar> entries = member<Scalar>(c, key, 2, batch);
    const Eigen::Index columns = c.shape(key).back();
    return entries.reshaped(columns, entries.size() / columns).transpose();
}

inline Eigen::Index batch_count(const ReferenceCase& c, const std::string& key, std::size_t rank) {
    return c.shape(key).size() == rank ? 1 : c.shape(key).front();
}

inline Eigen::Index count(const ReferenceCase& c, const std::string& key, Eigen::Index fallback = 0) {
    return static_cast<Eigen::Index>(c.number_or(key, static_cast<double>(fallback)));
}

inline bool flag(const ReferenceCase& c, const std::string& key) { return c.number_or(key, 0) != 0; }

/// A number of the case in the scalar type that is tested.
template <typename Scalar>
Scalar number(const ReferenceCase& c, const std::string& key) {
    return static_cast<Scalar>(c.number(key));
}

template <typename Scalar>
Scalar number_or(const ReferenceCase& c, const std::string& key, double fallback) {
    return static_cast<Scalar>(c.number_or(key, fallback));
}

template <typename Scalar>
Eigen::VectorX<Scalar> vector(const ReferenceCase& c, const std::string& key) {
    return c.vector(key).cast<Scalar>();
}

template <typename Scalar>
Eigen::MatrixX<Scalar> matrix(const ReferenceCase& c, const std::string& key) {
    return c.matrix(key).cast<Scalar>();
}

template <typename Scalar>
Eigen::VectorX<Scalar> vector_or_one(const ReferenceCase& c, const std::string& key) {
    return c.has(key) ? vector<Scalar>(c, key) : Eigen::VectorX<Scalar>::Ones(1);
}

/// function(x) for every entry.
template <typename Scalar, typename Function>
Eigen::VectorX<Scalar> each(const Eigen::VectorX<Scalar>& arguments, Function&& function) {
    return arguments.unaryExpr(function);
}

}  // namespace primore_test
