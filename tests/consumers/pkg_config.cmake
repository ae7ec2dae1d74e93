# SPDX-License-Identifier: MIT
# The moved pkg-config file gives the flags with which the consumer compiles and runs.
find_program(pkg_config pkg-config)
if(NOT pkg_config)
    message("SKIPPED: pkg-config is not installed")
    return()
endif()

set(ENV{PKG_CONFIG_PATH} ${prefix}/share/pkgconfig:$ENV{PKG_CONFIG_PATH})
execute_process(COMMAND ${pkg_config} --modversion primore OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT found STREQUAL version)
    message(FATAL_ERROR "pkg-config says version ${found}, expected ${version}")
endif()

execute_process(COMMAND ${pkg_config} --cflags --libs primore OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(arguments UNIX_COMMAND "${flags} -std=c++20 ${CMAKE_CURRENT_LIST_DIR}/main.cpp ${found}")
execute_process(COMMAND ${compiler} ${arguments} -o ${prefix}/consumer COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${prefix}/consumer COMMAND_ERROR_IS_FATAL ANY)
