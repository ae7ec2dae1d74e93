// SPDX-License-Identifier: MIT
#pragma once

// Primitives and searches as readable text, and back.

#include <primore/text/dmp_text.hpp>
#include <primore/text/linear_primitive_text.hpp>
#include <primore/text/primitive_text.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_entries.hpp>
#include <primore/text/text_form.hpp>
#include <primore/text/text_form_declaration.hpp>
