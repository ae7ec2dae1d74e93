# SPDX-License-Identifier: MIT
# Installs primore, then moves the installation: what the tests find at ${prefix} has been relocated.
file(REMOVE_RECURSE ${prefix} ${prefix}_build ${prefix}_before)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${checkout} -B ${prefix}_build -G ${generator} ${options}
                        -DPRIMORE_BUILD_TESTS=OFF -DPRIMORE_BUILD_EXAMPLES=OFF
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${prefix}_build --prefix ${prefix}_before COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${prefix}_before ${prefix})
