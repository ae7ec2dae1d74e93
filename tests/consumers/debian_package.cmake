# SPDX-License-Identifier: MIT
# `cpack -G DEB` makes one package for every architecture, with the headers, depending on Eigen.
find_program(dpkg_deb dpkg-deb)
if(NOT dpkg_deb)
    message("SKIPPED: dpkg-deb is not installed")
    return()
endif()

cmake_path(REPLACE_FILENAME CMAKE_COMMAND cpack OUTPUT_VARIABLE cpack)
execute_process(COMMAND ${cpack} -G DEB WORKING_DIRECTORY ${prefix}_build COMMAND_ERROR_IS_FATAL ANY)
set(package ${prefix}_build/libprimore-dev_${version}_all.deb)

function(expect_in text)
    foreach(expected IN LISTS ARGN)
        string(FIND "${text}" "${expected}" position)
        if(position EQUAL -1)
            message(FATAL_ERROR "${package}: '${expected}' not found in\n${text}")
        endif()
    endforeach()
endfunction()

execute_process(COMMAND ${dpkg_deb} --field ${package} OUTPUT_VARIABLE fields COMMAND_ERROR_IS_FATAL ANY)
expect_in("${fields}" "Package: libprimore-dev" "Architecture: all" "Version: ${version}" "Depends: libeigen3-dev")
execute_process(COMMAND ${dpkg_deb} --contents ${package} OUTPUT_VARIABLE contents COMMAND_ERROR_IS_FATAL ANY)
expect_in("${contents}" ./usr/include/primore/primore.hpp ./usr/share/cmake/primore/primore-config.cmake
          ./usr/share/pkgconfig/primore.pc)
