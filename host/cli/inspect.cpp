// SPDX-License-Identifier: GPL-2.0-only
// `rsl inspect [PATH]`: live state of the kernel.
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kInspect{
    .path = "inspect",
    .summary = "show live state of the kernel",
    .args = {{"PATH", "such as kernel/io/devices; without it: what there is", Count::kOptional}},
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto vm = RSL_TRY(VmClient::connect(call));
        const std::string text = RSL_TRY(vm.inspect(call.arg("PATH")));
        out.data = Json::parse(text, nullptr, false);
        if (out.data.is_discarded()) {
            out.data = {{"text", text}};
            return Error("the kernel's state '" + call.arg("PATH") +
                         "' is not JSON: " + text.substr(0, 200));
        }
        out.line("{}", out.data.dump(2, ' ', false, Json::error_handler_t::replace));
        return {};
    },
};

}  // namespace rsl::cli
