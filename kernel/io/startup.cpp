// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/startup.hpp"

#include "kernel/io/completion_queue.hpp"
#include "kernel/io/controller.hpp"
#include "kernel/io/file.hpp"
#include "kernel/io/raw.hpp"
#include "kernel/io/timer.hpp"

namespace rsl::io {

Result<void> initialize() {
    initialize_timers();
    for (const ob::ObjectType* type : {&Driver::kType, &Device::kType, &File::kType,
                                       &CompletionQueue::kType, &kControllerType}) {
        ob::register_type(*type);
    }
    return start_raw();
}

}  // namespace rsl::io
