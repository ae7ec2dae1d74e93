// SPDX-License-Identifier: MIT
// What every consumer builds and runs: it needs the headers of primore and of Eigen, and C++20.
#include <cstdio>

#include <primore/primitive/setpoint.hpp>
#include <primore/random/philox.hpp>

int main() {
    const auto words = primore::philox4x32({0, 0, 0, 0}, {0, 0});
    const auto rest = primore::Setpoint<double>::zero(3);
    std::printf("first word %08x, %d joints\n", static_cast<unsigned>(words[0]), static_cast<int>(rest.position.size()));
    return words[0] == 0x6627e8d5u && rest.position.isZero() ? 0 : 1;
}
