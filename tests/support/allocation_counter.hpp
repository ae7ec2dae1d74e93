// SPDX-License-Identifier: MIT
#pragma once

// Counts every allocation and release of memory in the program. It replaces malloc and its relatives (glibc; operator new calls
// them), or where that is not possible operator new and delete, so it is included by exactly one source file of a test program.
// A program built with an address sanitizer, which needs malloc for itself, counts nothing and says so.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define PRIMORE_TEST_COUNTS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PRIMORE_TEST_COUNTS_MEMORY 0
#endif
#endif
#ifndef PRIMORE_TEST_COUNTS_MEMORY
#define PRIMORE_TEST_COUNTS_MEMORY 1
#endif

namespace primore_test {

inline std::atomic<long> memory_calls{0};

inline constexpr bool counts_memory_calls = PRIMORE_TEST_COUNTS_MEMORY;

/// How often `action` allocates or releases memory.
template <typename Action>
long memory_calls_of(Action&& action) {
    const long before = memory_calls;
    action();
    return memory_calls - before;
}

}  // namespace primore_test

#if PRIMORE_TEST_COUNTS_MEMORY && defined(__GLIBC__)

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) noexcept {
    ++primore_test::memory_calls;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
    ++primore_test::memory_calls;
    return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) noexcept {
    ++primore_test::memory_calls;
    return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++primore_test::memory_calls;
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
    ++primore_test::memory_calls;
    *block = __libc_memalign(alignment, size);
    return *block == nullptr ? 12 : 0;  // ENOMEM
}
void free(void* block) noexcept {
    ++primore_test::memory_calls;
    __libc_free(block);
}
}

#elif PRIMORE_TEST_COUNTS_MEMORY

void* operator new(std::size_t size) {
    ++primore_test::memory_calls;
    if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
    throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
    ++primore_test::memory_calls;
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    ++primore_test::memory_calls;
    std::free(block);
}

#endif
