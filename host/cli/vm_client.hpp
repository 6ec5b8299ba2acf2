// SPDX-License-Identifier: GPL-2.0-only
// A verb's connection into a VM: libRSL's C API with our errors. Each failed call becomes a
// sentence with cause, NTSTATUS and exit code; when the VM has died meanwhile, it says how.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "host/cli/data_text.hpp"
#include "host/cli/output.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/verify_options.hpp"
#include "shim/api/rsl.h"

namespace rsl::cli {

struct NamedObject {
    std::string name;
    std::string type;
};

class VmClient {
  public:
    /// To the VM that --vm names.
    static HostResult<VmClient> connect(const Invocation& call);
    /// Over a ring that this process owns. `why_gone` explains a VM that has ended.
    static HostResult<VmClient> adopt(rsl_ring_fds ring, std::function<Error()> why_gone);

    HostResult<rsl_driver_report> load_driver(const std::string& service, const Bytes& image);
    /// A report with text means: the driver left something behind.
    HostResult<rsl_driver_report> unload_driver(const std::string& service);
    /// From the driver's next load on; in one that is verified already, at once.
    HostResult<void> verify_driver(const std::string& service, const VerifyOptions& options);
    HostResult<std::vector<NamedObject>> drivers();

    /// `device` as rsl_open takes it. When there is none of that name, the error says which exist.
    HostResult<rsl_handle> open(const std::string& device, uint32_t access);
    void close(rsl_handle handle);
    HostResult<Bytes> ioctl(rsl_handle handle, uint32_t code, const Bytes& input,
                            size_t output_bytes);
    HostResult<Bytes> read(rsl_handle handle, int64_t offset, size_t bytes);
    HostResult<size_t> write(rsl_handle handle, int64_t offset, const Bytes& data);

    HostResult<std::vector<NamedObject>> directory(const std::string& path);
    HostResult<std::string> link_target(const std::string& path);
    HostResult<std::string> inspect(const std::string& path);

    rsl_client* raw() const { return client_.get(); }

  private:
    VmClient(rsl_client* client, std::function<Error()> why_gone)
        : client_(client), why_gone_(std::move(why_gone)) {}
    Error failed(const std::string& what, rsl_status status) const;
    Error no_such_device(const std::string& device, rsl_status status);

    struct Disconnect {
        void operator()(rsl_client* client) const { rsl_disconnect(client); }
    };
    std::unique_ptr<rsl_client, Disconnect> client_;
    std::function<Error()> why_gone_;
};

/// "--vm", or $RSL_VM, or "default".
std::string vm_name(const Invocation& call);

/// What a dead VM's supervisor says of its end: exit code 3 with the report of a bug check, else 4.
Error explain_end(const std::string& name);

/// A device that is open for a scope. Closed before the verb ends, and not when the VM hears of that: whoever comes next finds
/// the device free, and what its other side sends from then on is not for us.
class OpenDevice {
  public:
    OpenDevice(VmClient& vm, rsl_handle handle) : vm_(vm), handle_(handle) {}
    OpenDevice(const OpenDevice&) = delete;
    OpenDevice& operator=(const OpenDevice&) = delete;
    ~OpenDevice() { vm_.close(handle_); }
    rsl_handle handle() const { return handle_; }

  private:
    VmClient& vm_;
    rsl_handle handle_;
};

}  // namespace rsl::cli
