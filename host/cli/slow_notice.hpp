// SPDX-License-Identifier: GPL-2.0-only
// Says on a terminal what a command waits for, once that has taken a second: a driver may answer
// late, or never.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "host/cli/output.hpp"

namespace rsl::cli {

class SlowNotice {
  public:
    /// From now on, until it goes.
    SlowNotice(Output& out, std::string what);
    ~SlowNotice();
    SlowNotice(const SlowNotice&) = delete;
    SlowNotice& operator=(const SlowNotice&) = delete;

  private:
    std::mutex mutex_;
    std::condition_variable over_;
    bool is_over_ = false;  // under mutex_
    std::thread thread_;    // none where nothing would be shown
};

}  // namespace rsl::cli
