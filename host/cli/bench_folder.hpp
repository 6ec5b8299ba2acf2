// SPDX-License-Identifier: GPL-2.0-only
// A folder for what a benchmark makes; gone at the end.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <utility>

#include "base/posix/error.hpp"

namespace rsl::cli {

class BenchFolder {
  public:
    static HostResult<BenchFolder> create() {
        std::string name = std::filesystem::temp_directory_path() / "rsl-bench-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) return Error::from_errno("make a folder for the benchmark");
        BenchFolder folder(name);
        for (const auto& own : {folder.runtime(), folder.state()}) {
            if (::mkdir(own.c_str(), 0700) < 0) return Error::from_errno("make a folder for the benchmark");
        }
        return folder;
    }
    explicit BenchFolder(std::string path) : path_(std::move(path)) {}
    BenchFolder(BenchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    BenchFolder& operator=(BenchFolder&&) = delete;
    ~BenchFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    std::string runtime() const { return path_ + "/run"; }
    std::string state() const { return path_ + "/state"; }
    /// A folder in it, made.
    HostResult<std::string> make(const char* name) const {
        std::error_code error;
        std::filesystem::create_directory(path_ + "/" + name, error);
        if (error) return Error("make a folder for the benchmark: " + error.message());
        return path_ + "/" + name;
    }

  private:
    std::string path_;
};

}  // namespace rsl::cli
