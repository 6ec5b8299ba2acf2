// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/slow_notice.hpp"

#include <chrono>

namespace rsl::cli {

SlowNotice::SlowNotice(Output& out, std::string what) {
    if (!out.shows_progress()) return;
    thread_ = std::thread([this, &out, what = std::move(what)] {
        std::unique_lock lock(mutex_);
        if (!over_.wait_for(lock, std::chrono::seconds(1), [this] { return is_over_; }))
            out.progress(what);
    });
}

SlowNotice::~SlowNotice() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard guard(mutex_);
        is_over_ = true;
    }
    over_.notify_all();
    thread_.join();
}

}  // namespace rsl::cli
