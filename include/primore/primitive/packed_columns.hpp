// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore {

/// The columns of a matrix [D x K] in packets of eight, filled up with zeros, D to a multiple of four if it is known at compile time:
/// weighted sums of columns are products of fixed sizes, which stay in registers.
template <Real Number, int Dofs>
class PackedColumns {
public:
    static constexpr Eigen::Index packet = 8;
    using Packet = Eigen::Matrix<Number, packet, 1>;

    explicit PackedColumns(const Eigen::Matrix<Number, Dofs, Eigen::Dynamic>& columns) : dofs_(columns.rows()), count_(columns.cols()) {
        const Eigen::Index rows = row_count == Eigen::Dynamic ? dofs_ : row_count;
        columns_.setConstant(rows, (count_ / packet + 1) * packet, Number(0));
        columns_.topLeftCorner(dofs_, count_) = columns;
    }

    [[nodiscard]] Eigen::Index rows() const noexcept { return dofs_; }
    [[nodiscard]] Eigen::Index cols() const noexcept { return count_; }
    [[nodiscard]] auto matrix() const noexcept { return columns_.topLeftCorner(dofs_, count_); }  ///< [D x K]

    /// Calls `use` with the sum [D] of the eight columns from number k on, a multiple of eight, each with its factor. No allocation.
    template <typename Use>
    void sum(Eigen::Index k, const Packet& factors, Use&& use) const noexcept {
        const auto product = columns_.template middleCols<packet / 2>(k).lazyProduct(factors.template head<packet / 2>()) +
                             columns_.template middleCols<packet / 2>(k + packet / 2).lazyProduct(factors.template tail<packet / 2>());
        if constexpr (row_count == Dofs) {
            use(product);
        } else {
            const Eigen::Matrix<Number, row_count, 1> all = product;
            use(all.template head<Dofs>());
        }
    }

private:
    static constexpr int row_count = Dofs == Eigen::Dynamic || Dofs < 3 || !std::floating_point<Number> ? Dofs : (Dofs + 3) / 4 * 4;
    Eigen::Index dofs_, count_;
    Eigen::Matrix<Number, row_count, Eigen::Dynamic> columns_;
};

}  // namespace primore
