# Eigen3::Eigen: the target that is already there, or else Eigen 3.4, or else Eigen 5 (whose version file refuses a request for 3.4).
foreach(version IN ITEMS 3.4 5)
    if(NOT TARGET Eigen3::Eigen)
        find_package(Eigen3 ${version} CONFIG QUIET)
    endif()
endforeach()
set(primore_eigen_advice
    "primore needs Eigen 3.4 or newer and found none. Debian, Ubuntu: apt-get install libeigen3-dev. Elsewhere: add its prefix to CMAKE_PREFIX_PATH.")
