// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/last_error.hpp"

namespace rsl::client {
namespace {

thread_local std::string sentence_of_thread;

}  // namespace

void set_last_error(std::string sentence) { sentence_of_thread = std::move(sentence); }
const char* last_error() { return sentence_of_thread.c_str(); }

rsl_status fail(rsl_status status, std::string sentence) {
    set_last_error(std::move(sentence));
    return status;
}

}  // namespace rsl::client
