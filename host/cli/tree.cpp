// SPDX-License-Identifier: GPL-2.0-only
// `rsl tree [PATH]`: the object namespace.
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {
namespace {

constexpr int kMaxDepth = 32;  // the namespace is the guest's: it may be as odd as it likes

Json walk(VmClient& vm, const std::string& path, const std::string& indent, int depth,
          Output& out) {
    Json children = Json::array();
    const auto entries = vm.directory(path);
    if (!entries) {
        out.line("{}{}", indent, out.in(Tone::kBad, entries.failure().text()));
        return children;
    }
    for (size_t i = 0; i < entries->size(); ++i) {
        const auto& entry = (*entries)[i];
        const bool last = i + 1 == entries->size();
        const std::string inner = (path == "\\" ? "" : path) + "\\" + entry.name;
        Json node{{"name", entry.name}, {"type", entry.type}};
        std::string target;
        if (entry.type == "SymbolicLink") {
            if (auto link = vm.link_target(inner)) target = *link;
            node["target"] = target;
        }
        out.line("{}{}{}  {}", indent, last ? "└─ " : "├─ ", entry.name,
                 out.in(Tone::kDim, entry.type == "SymbolicLink" ? "-> " + target : entry.type));
        if (entry.type == "Directory" && depth < kMaxDepth) {
            node["children"] = walk(vm, inner, indent + (last ? "   " : "│  "), depth + 1, out);
        }
        children.push_back(std::move(node));
    }
    return children;
}

}  // namespace

const Verb kTree{
    .path = "tree",
    .summary = "show the object namespace",
    .args = {{"PATH", "where to begin (default \\)", Count::kOptional}},
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto vm = RSL_TRY(VmClient::connect(call));
        const std::string path = call.arg("PATH").empty() ? "\\" : call.arg("PATH");
        RSL_TRY(vm.directory(path));
        out.line("{}", path);
        Json children = walk(vm, path, "", 0, out);
        out.data = {{"path", path}, {"children", std::move(children)}};
        return {};
    },
};

}  // namespace rsl::cli
