// SPDX-License-Identifier: GPL-2.0-only
// A .sys file on the host: read, parsed by the loader's own parser, refused with a sentence.
#pragma once

#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "host/cli/data_text.hpp"
#include "kernel/ldr/image.hpp"

namespace rsl::cli {

class DriverFile {
  public:
    static HostResult<DriverFile> open(const std::string& path);

    const Bytes& bytes() const { return bytes_; }
    const ldr::Image& image() const { return image_; }
    const std::string& path() const { return path_; }
    /// "echo" of ".../Echo.sys": what it is called as a service.
    std::string service() const;

  private:
    DriverFile(std::string path, Bytes bytes, const ldr::Image& image)
        : path_(std::move(path)), bytes_(std::move(bytes)), image_(image) {}
    std::string path_;
    Bytes bytes_;  // moves with its buffer, which image_ points into
    ldr::Image image_;
};

/// What RSL has of one imported function.
enum class ExportState { kDone, kPartial, kStub, kMissing };
struct ImportedFunction {
    std::string module;  // lower case
    std::string name;    // "#12" for an ordinal
    ExportState state;
    std::string_view note;  // of a partial one: what is missing
    std::string text() const { return module + "!" + name; }
};
std::vector<ImportedFunction> imports_of(const ldr::Image& image);

/// One line of the export table as it was built (abi/exports).
struct ExportRow {
    std::string_view module, name, state, header, irql, test, note;
};
std::span<const ExportRow> export_table();
/// Whether RSL has this module at all: "ntoskrnl.exe", "hal.dll", a class library.
bool has_module(std::string_view module);

}  // namespace rsl::cli
