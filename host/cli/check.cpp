// SPDX-License-Identifier: GPL-2.0-only
// `rsl check FILE... | DIR`: what a driver imports and what RSL lacks, its class. No VM.
#include <algorithm>
#include <filesystem>
#include <map>

#include "host/cli/driver_class.hpp"
#include "host/cli/driver_file.hpp"
#include "host/cli/verbs.hpp"

namespace rsl::cli {
namespace {

namespace fs = std::filesystem;

/// The files that the words name; folders are searched for .sys files.
HostResult<std::vector<std::string>> files_of(const std::vector<std::string>& words) {
    std::vector<std::string> files;
    for (const auto& word : words) {
        std::error_code error;
        if (!fs::is_directory(word, error)) {
            files.push_back(word);
            continue;
        }
        std::vector<std::string> inside;
        for (fs::recursive_directory_iterator
                 each(word, fs::directory_options::skip_permission_denied, error),
             end;
             !error && each != end; each.increment(error)) {
            std::string extension = each->path().extension();
            std::transform(extension.begin(), extension.end(), extension.begin(),
                           [](unsigned char c) { return std::tolower(c); });
            if (extension == ".sys" && each->is_regular_file(error)) inside.push_back(each->path());
        }
        if (inside.empty()) return Error::wrong_use("there is no .sys file in " + word);
        std::sort(inside.begin(), inside.end());
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

struct Findings {
    std::vector<ImportedFunction> imports;
    DriverClass driver_class{};
    std::string verdict;
    Tone tone = Tone::kGood;

    std::vector<const ImportedFunction*> in(ExportState state) const {
        std::vector<const ImportedFunction*> some;
        for (const auto& import : imports) {
            if (import.state == state) some.push_back(&import);
        }
        return some;
    }
};

Findings examine(const ldr::Image& image) {
    Findings found{.imports = imports_of(image)};
    found.driver_class = class_of(found.imports);
    const size_t lacking =
        found.in(ExportState::kMissing).size() + found.in(ExportState::kStub).size();
    const size_t partial = found.in(ExportState::kPartial).size();
    std::map<std::string, size_t> absent_modules;
    for (const auto& import : found.imports) {
        if (!has_module(import.module)) ++absent_modules[import.module];
    }
    if (!image.can_be_placed()) {
        found.verdict = fmt::format(
            "does not load: it can only run at address {:#x}, its relocations were stripped when it was linked; link it "
            "with /DYNAMICBASE or without /FIXED",
            image.preferred_base());
        found.tone = Tone::kBad;
    } else if (!absent_modules.empty()) {
        std::string names;
        for (const auto& [module, count] : absent_modules)
            names += (names.empty() ? "" : ", ") + module;
        found.verdict = "does not load: RSL has no " + names + " yet";
        found.tone = Tone::kBad;
    } else if (lacking > 0) {
        found.verdict = fmt::format(
            "loads, and is stopped with a report should it call one of {} functions that RSL lacks",
            lacking);
        found.tone = Tone::kBad;
    } else if (partial > 0) {
        found.verdict =
            fmt::format("loads; {} of {} imports are incomplete", partial, found.imports.size());
        found.tone = Tone::kStrong;
    } else {
        found.verdict =
            fmt::format("loads; all {} imports are there and tested", found.imports.size());
    }
    return found;
}

Json names(const std::vector<const ImportedFunction*>& imports) {
    Json list = Json::array();
    for (const auto* import : imports) list.push_back(import->text());
    return list;
}

void report(const std::string& path, const DriverFile& file, bool every, Output& out) {
    const Findings found = examine(file.image());
    const auto missing = found.in(ExportState::kMissing), stubs = found.in(ExportState::kStub),
               partial = found.in(ExportState::kPartial);
    out.data["files"].push_back({{"file", path},
                                 {"class", found.driver_class.name},
                                 {"verdict", found.verdict},
                                 {"imports", found.imports.size()},
                                 {"done", found.in(ExportState::kDone).size()},
                                 {"partial", names(partial)},
                                 {"stub", names(stubs)},
                                 {"missing", names(missing)}});
    out.line("{}: {} ({})", out.in(Tone::kStrong, path), found.driver_class.name,
             found.driver_class.what);
    out.line("  {}", out.in(found.tone, found.verdict));
    for (const auto* import : missing) out.line("  missing  {}", import->text());
    for (const auto* import : stubs) out.line("  stub     {}", import->text());
    if (!every) return;
    for (const auto* import : partial)
        out.line("  partial  {}{}{}", import->text(), import->note.empty() ? "" : ": ",
                 import->note);
    for (const auto* import : found.in(ExportState::kDone))
        out.line("  done     {}", import->text());
}

}  // namespace

const Verb kCheck{
    .path = "check",
    .summary = "say whether a driver can run here, without a VM",
    .args = {{"FILE", "drivers, or folders of them", Count::kMany}},
    .flags = {{"--all", "list every import, not only what is missing"}},
    .more = "rsl check echo.sys\nrsl check --json ~/drivers",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto files = RSL_TRY(files_of(call.args("FILE")));
        out.data = {{"files", Json::array()}};
        std::optional<Error> first_failure;
        for (const auto& path : files) {
            const auto file = DriverFile::open(path);
            if (file) {
                report(path, *file, call.has("all"), out);
                continue;
            }
            if (files.size() == 1) return file.failure();
            if (!first_failure) first_failure = file.failure();
            out.data["files"].push_back({{"file", path}, {"error", file.failure().text()}});
            out.line("{}", out.in(Tone::kBad, file.failure().text()));
        }
        // In a folder, a file that is no driver is a finding; all of them is a failure.
        const bool all_failed =
            std::all_of(out.data["files"].begin(), out.data["files"].end(),
                        [](const Json& entry) { return entry.contains("error"); });
        if (all_failed && first_failure) return *first_failure;
        return {};
    },
};

}  // namespace rsl::cli
