// SPDX-License-Identifier: MIT
#pragma once

// The loop: ask, evaluate, tell, record, stop.

#include <primore/learn/demonstration_csv.hpp>
#include <primore/learn/evaluator.hpp>
#include <primore/learn/maximize.hpp>
#include <primore/learn/primitive_file.hpp>
#include <primore/learn/progress_line.hpp>
#include <primore/learn/record.hpp>
#include <primore/learn/saved_run.hpp>
#include <primore/learn/stop_reason.hpp>
#include <primore/learn/text_file.hpp>
