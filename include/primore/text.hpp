// SPDX-License-Identifier: MIT
#pragma once

// Primitives as readable text, and back.

#include <primore/text/dmp_text.hpp>
#include <primore/text/linear_primitive_text.hpp>
#include <primore/text/primitive_text.hpp>
#include <primore/text/text_form.hpp>
