// SPDX-License-Identifier: MIT
#pragma once

namespace primore {

/// How a type is written as text: see text_form.hpp. Declared here for classes that let it see their members.
template <typename T>
struct TextForm;

}  // namespace primore
