// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/driver_file.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "base/core/result.hpp"

namespace rsl::cli {
namespace {

constexpr ExportRow kTable[] = {
#define RSL_EXPORT_ROW(module, name, state, header, irql, test, note) \
    {module, name, state, header, irql, test, note},
#include "exports_table.inc"
#undef RSL_EXPORT_ROW
    {},  // the table may be empty
};

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return out;
}

const ExportRow* find_export(const std::string& module, const std::string& name) {
    static const auto index = [] {
        std::unordered_map<std::string, const ExportRow*> made;
        for (const auto& row : export_table()) {
            made.emplace(std::string(row.module) + "!" + std::string(row.name), &row);
            // The kernel exports what hal.dll forwards to it.
            if (row.module == "hal.dll")
                made.emplace("ntoskrnl.exe!" + std::string(row.name), &row);
        }
        return made;
    }();
    const auto found = index.find(module + "!" + name);
    return found == index.end() ? nullptr : found->second;
}

}  // namespace

std::span<const ExportRow> export_table() { return std::span(kTable).first(std::size(kTable) - 1); }

bool has_module(std::string_view module) {
    const auto table = export_table();
    return module == "ntoskrnl.exe" || module == "hal.dll" ||
           std::any_of(table.begin(), table.end(),
                       [&](const ExportRow& row) { return row.module == module; });
}

HostResult<DriverFile> DriverFile::open(const std::string& path) {
    Bytes bytes = RSL_TRY(read_file(path));
    const auto parsed = ldr::parse(bytes);
    if (!parsed) {
        const auto& refusal = parsed.refusal();
        return Error::wrong_use(path.substr(path.rfind('/') + 1) + " " + refusal.text);
    }
    return DriverFile(path, std::move(bytes), parsed.image());
}

std::string DriverFile::service() const {
    std::string name = path_.substr(path_.rfind('/') + 1);
    if (lower(name).ends_with(".sys")) name.resize(name.size() - 4);
    return name;
}

std::vector<ImportedFunction> imports_of(const ldr::Image& image) {
    std::vector<ImportedFunction> found;
    image.each_import([&](const ldr::Import& import) {
        ImportedFunction function{
            lower(import.module),
            import.name.empty() ? "#" + std::to_string(import.ordinal) : std::string(import.name),
            ExportState::kMissing,
            {}};
        if (const ExportRow* row = find_export(function.module, function.name)) {
            function.state = row->state == "done"      ? ExportState::kDone
                             : row->state == "partial" ? ExportState::kPartial
                                                       : ExportState::kStub;
            function.note = row->note;
        }
        found.push_back(std::move(function));
        return true;
    });
    return found;
}

}  // namespace rsl::cli
