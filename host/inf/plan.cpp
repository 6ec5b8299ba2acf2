// SPDX-License-Identifier: GPL-2.0-only
#include "host/inf/plan.hpp"

#include <algorithm>
#include <set>

#include "base/core/result.hpp"
#include "host/inf/registry.hpp"

namespace rsl::inf {
namespace {

constexpr const char* kControlSet = "\\Registry\\Machine\\System\\CurrentControlSet\\";
constexpr const char* kDatabase = "\\Registry\\Machine\\System\\DriverDatabase\\DeviceIds\\";

/// The section of the best decoration: "base.NTamd64...", "base.NT", "base".
const Section* decorated(const File& file, const std::string& base) {
    const Section* best = nullptr;
    int best_rank = -1;
    for (const Section* section : file.sections()) {
        const std::string& name = section->name;
        int rank = -1;
        if (same(name, base)) {
            rank = 0;
        } else if (name.size() > base.size() && name[base.size()] == '.' &&
                   same(std::string_view(name).substr(0, base.size()), base)) {
            rank = rank_of_decoration(std::string_view(name).substr(base.size() + 1));
        }
        if (rank <= best_rank) continue;
        best = section;
        best_rank = rank;
    }
    return best;
}

std::string database_key(const std::string& id) {
    std::string name = id;
    std::replace(name.begin(), name.end(), '\\', '#');
    return kDatabase + name;
}

void set_text(Plan& plan, const std::string& key, const std::string& name,
              const std::string& text) {
    if (!text.empty())
        plan.values.push_back({key, name, 1, text_data(text), RegistryValue::Action::kSet});
}
void set_number(Plan& plan, const std::string& key, const std::string& name, uint32_t number) {
    plan.values.push_back({key, name, 4, number_data(number), RegistryValue::Action::kSet});
}

/// Values of the device itself that [DDInstall.HW] sets: they belong to its Enum key, the rest
/// below "Device Parameters".
bool is_device_value(const RegistryValue& value) {
    for (const char* name : {"UpperFilters", "LowerFilters", "FriendlyName", "Security",
                             "DeviceCharacteristics", "Exclusive", "DeviceType", "ConfigFlags"}) {
        if (same(value.name, name)) return true;
    }
    return false;
}

/// Reads one INF file into one plan.
class Planner {
  public:
    explicit Planner(const File& file) : file_(file) {}

    HostResult<Plan> run() {
        RSL_TRY(read_version());
        RSL_TRY(read_class());
        RSL_TRY(read_manufacturers());
        if (plan_.models.empty()) RSL_TRY(read_default_install());
        if (plan_.models.empty() && plan_.services.empty()) {
            return Error::wrong_use(
                file_.name() +
                " serves no device of 64-bit Windows: its [Manufacturer] section names no models "
                "for NTamd64 (as 'Vendor = Models, NTamd64' does)");
        }
        return std::move(plan_);
    }

  private:
    HostResult<void> read_version() {
        const Section* version = file_.find("Version");
        if (version == nullptr)
            return Error::wrong_use(file_.name() + " has no [Version] section: it is no INF file");
        const auto text = [&](const char* key) {
            const Line* line = version->find(key);
            return line != nullptr ? line->value(0) : std::string();
        };
        const std::string signature = lower(text("Signature"));
        if (signature != "$windows nt$" && signature != "$chicago$" &&
            signature != "$windows 95$") {
            return file_.error(version->number,
                               "the [Version] section has no Signature = \"$Windows NT$\"");
        }
        plan_.class_name = text("Class");
        plan_.class_guid = lower(text("ClassGuid"));
        plan_.provider = text("Provider");
        const Line* driver_version = version->find("DriverVer");
        if (driver_version != nullptr) plan_.driver_version = driver_version->value(1);
        if (!plan_.class_guid.empty() &&
            (plan_.class_guid.size() != 38 || plan_.class_guid.front() != '{' ||
             plan_.class_guid.back() != '}')) {
            return file_.error(version->find("ClassGuid")->number,
                               "ClassGuid is no GUID in braces");
        }
        return {};
    }

    HostResult<void> read_class() {
        const Section* section = decorated(file_, "ClassInstall32");
        if (section == nullptr || plan_.class_guid.empty()) return {};
        const std::string key = std::string(kControlSet) + "Control\\Class\\" + plan_.class_guid;
        set_text(plan_, key, "Class", plan_.class_name);
        for (const auto& name : section->all("AddReg"))
            RSL_TRY(add_registry(file_, name, key, plan_));
        return {};
    }

    HostResult<void> read_manufacturers() {
        const Section* section = file_.find("Manufacturer");
        if (section == nullptr) return {};
        for (const Line& line : section->lines) {
            const std::string manufacturer = line.key ? *line.key : line.value(0);
            if (line.value(0).empty())
                return file_.error(line.number, "the manufacturer has no models section");
            std::string models = line.value(0);
            int best = line.values.size() > 1 ? -1 : 0;
            for (size_t i = 1; i < line.values.size(); ++i) {
                const int rank = rank_of_decoration(line.values[i]);
                if (rank <= best) continue;
                best = rank;
                models = line.value(0) + "." + line.values[i];
            }
            if (best < 0) continue;  // for other machines only
            const Section* found = file_.find(models);
            if (found == nullptr) {
                plan_.notes.push_back("line " + std::to_string(line.number) +
                                      ": the models section [" + models + "] is not there");
                continue;
            }
            if (best == 0)
                plan_.notes.push_back(
                    "the models have no NTamd64 decoration; 64-bit Windows would not take them");
            for (const Line& model : found->lines) RSL_TRY(read_model(model, manufacturer));
        }
        return {};
    }

    HostResult<void> read_model(const Line& line, const std::string& manufacturer) {
        if (!line.key)
            return file_.error(line.number,
                               "a model is written as: description = install-section, hardware-id");
        if (line.value(0).empty())
            return file_.error(line.number, "the model has no install section");
        Model model{.description = *line.key,
                    .manufacturer = manufacturer,
                    .section = "",
                    .ids = {},
                    .service = ""};
        for (size_t i = 1; i < line.values.size(); ++i) {
            if (!line.values[i].empty()) model.ids.push_back(line.values[i]);
        }
        if (model.ids.empty()) return {};  // a model without an id is installed by other means
        for (const auto& id : model.ids) {
            if (id.size() > 200)
                return file_.error(line.number, "a hardware id has at most 200 characters");
        }
        const Section* install = decorated(file_, line.value(0));
        if (install == nullptr) {
            return file_.error(line.number,
                               "the install section [" + line.value(0) + "] is not there");
        }
        model.section = install->name;
        RSL_TRY(read_services(model));
        for (const auto& id : model.ids) RSL_TRY(write_entry(*install, model, id));
        plan_.models.push_back(std::move(model));
        return {};
    }

    /// An INF without models, such as a file system filter's: [DefaultInstall].
    HostResult<void> read_default_install() {
        const Section* install = decorated(file_, "DefaultInstall");
        if (install == nullptr) return {};
        Model none{.description = "",
                   .manufacturer = "",
                   .section = install->name,
                   .ids = {},
                   .service = ""};
        for (const auto& name : install->all("AddReg"))
            RSL_TRY(add_registry(file_, name, "", plan_));
        return read_services(none);
    }

    HostResult<void> write_entry(const Section& install, const Model& model,
                                 const std::string& id) {
        const std::string key = database_key(id);
        set_text(plan_, key, "Service", model.service);
        set_text(plan_, key, "DeviceDesc", model.description);
        set_text(plan_, key, "DriverDesc", model.description);
        set_text(plan_, key, "Mfg", model.manufacturer);
        set_text(plan_, key, "Class", plan_.class_name);
        set_text(plan_, key, "ClassGUID", plan_.class_guid);
        set_text(plan_, key, "ProviderName", plan_.provider);
        set_text(plan_, key, "DriverVersion", plan_.driver_version);
        set_text(plan_, key, "InfPath", file_.name());
        set_text(plan_, key, "InfSection", model.section);
        note_left_out(install);
        for (const auto& name : install.all("AddReg"))
            RSL_TRY(add_registry(file_, name, key + "\\Driver", plan_));
        for (const auto& name : install.all("DelReg"))
            RSL_TRY(delete_registry(file_, name, key + "\\Driver", plan_));
        const Section* hardware = file_.find(model.section + ".HW");
        if (hardware == nullptr) return {};
        const size_t first = plan_.values.size();
        for (const auto& name : hardware->all("AddReg"))
            RSL_TRY(add_registry(file_, name, key + "\\Device", plan_));
        for (size_t i = first; i < plan_.values.size(); ++i) {
            if (plan_.values[i].key == key + "\\Device" && is_device_value(plan_.values[i]))
                plan_.values[i].key = key;
        }
        return {};
    }

    void note_left_out(const Section& install) {
        if (!noted_.insert(lower(install.name)).second) return;
        for (const auto& include : install.all("Include")) {
            plan_.notes.push_back("[" + install.name + "] includes " + include +
                                  ", which is part of Windows and left out");
        }
        for (const char* suffix :
             {".CoInstallers", ".Interfaces", ".LogConfigOverride", ".FactDef"}) {
            if (file_.find(install.name + suffix) != nullptr) {
                plan_.notes.push_back("[" + install.name + suffix + "] is left out");
            }
        }
    }

    // ---- Services

    HostResult<void> read_services(Model& model) {
        const Section* section = file_.find(model.section + ".Services");
        if (section == nullptr) return {};
        for (const Line& line : section->lines) {
            if (!line.key) continue;
            if (!same(*line.key, "AddService")) {
                if (same(*line.key, "Include") || same(*line.key, "Needs")) {
                    const std::string note = "line " + std::to_string(line.number) + ": " +
                                             *line.key + " " + line.value(0) +
                                             " is part of Windows and left out";
                    if (noted_.insert(note).second) plan_.notes.push_back(note);
                }
                continue;
            }
            constexpr uint32_t kAssociated = 0x2;  // SPSVCINST_ASSOCSERVICE
            uint32_t flags = 0;
            if (!line.value(1).empty() && !parse_number(line.value(1), flags)) {
                return file_.error(line.number,
                                   "'" + line.value(1) + "' are no flags of AddService");
            }
            if ((flags & kAssociated) != 0) model.service = line.value(0);
            if (line.value(0).empty())
                continue;  // "AddService = ,2": a device without a driver of its own
            RSL_TRY(read_service(line, (flags & kAssociated) != 0));
        }
        return {};
    }

    HostResult<void> read_service(const Line& line, bool is_function_driver) {
        const std::string name = line.value(0);
        for (Service& known : plan_.services) {
            if (!same(known.name, name)) continue;
            known.is_function_driver |= is_function_driver;
            return {};
        }
        if (name.size() > 63 || name.find_first_of("\\/") != name.npos)
            return file_.error(line.number, "'" + name + "' is no name of a service");
        const Section* section = file_.find(line.value(2));
        if (section == nullptr)
            return file_.error(line.number,
                               "the service's section [" + line.value(2) + "] is not there");
        const std::string key = std::string(kControlSet) + "Services\\" + name;
        const Line* binary = section->find("ServiceBinary");
        if (binary == nullptr)
            return file_.error(section->number, "the service " + name + " has no ServiceBinary");
        const std::string path = binary->value(0);
        Service service{.name = name,
                        .file = path.substr(path.find_last_of("\\/%") + 1),
                        .folders = {},
                        .is_function_driver = is_function_driver,
                        .line = line.number};
        if (service.file.empty()) return file_.error(binary->number, "ServiceBinary names no file");
        set_text(plan_, key, "ImagePath", "\\SystemRoot\\System32\\drivers\\" + service.file);
        locate(service);
        RSL_TRY(write_service(*section, key));
        RSL_TRY(write_event_log(line, name));
        plan_.services.push_back(std::move(service));
        return {};
    }

    HostResult<void> write_service(const Section& section, const std::string& key) {
        const auto number = [&](const char* from, const char* to,
                                uint32_t otherwise) -> HostResult<void> {
            const Line* line = section.find(from);
            uint32_t value = otherwise;
            if (line != nullptr && !parse_number(line->value(0), value)) {
                return file_.error(line->number, "'" + line->value(0) + "' is no number");
            }
            set_number(plan_, key, to, value);
            return {};
        };
        constexpr uint32_t kKernelDriver = 1, kDemandStart = 3, kErrorNormal = 1;
        RSL_TRY(number("ServiceType", "Type", kKernelDriver));
        RSL_TRY(number("StartType", "Start", kDemandStart));
        RSL_TRY(number("ErrorControl", "ErrorControl", kErrorNormal));
        for (const char* name : {"DisplayName", "Description"}) {
            if (const Line* line = section.find(name)) set_text(plan_, key, name, line->value(0));
        }
        if (const Line* line = section.find("LoadOrderGroup"))
            set_text(plan_, key, "Group", line->value(0));
        const auto dependencies = section.all("Dependencies");
        if (!dependencies.empty())
            plan_.values.push_back(
                {key, "DependOnService", 7, list_data(dependencies), RegistryValue::Action::kSet});
        for (const auto& name : section.all("AddReg"))
            RSL_TRY(add_registry(file_, name, key, plan_));
        for (const auto& name : section.all("DelReg"))
            RSL_TRY(delete_registry(file_, name, key, plan_));
        return {};
    }

    HostResult<void> write_event_log(const Line& line, const std::string& service) {
        if (line.value(3).empty()) return {};
        const Section* section = file_.find(line.value(3));
        if (section == nullptr)
            return file_.error(line.number,
                               "the event log section [" + line.value(3) + "] is not there");
        const std::string log = line.value(4).empty() ? "System" : line.value(4);
        const std::string key = std::string(kControlSet) + "Services\\EventLog\\" + log + "\\" +
                                (line.value(5).empty() ? service : line.value(5));
        for (const auto& name : section->all("AddReg"))
            RSL_TRY(add_registry(file_, name, key, plan_));
        return {};
    }

    /// Where SourceDisksFiles says that a file lies, and under which name CopyFiles takes it.
    void locate(Service& service) {
        for (const Section* section : file_.sections()) {
            for (const Line& line : section->lines) {  // any CopyFiles section: target, source
                if (!line.key && same(line.value(0), service.file) && !line.value(1).empty())
                    service.file = line.value(1);
            }
        }
        for (const char* name : {"SourceDisksFiles.amd64", "SourceDisksFiles"}) {
            const Section* files = file_.find(name);
            const Line* file = files != nullptr ? files->find(service.file) : nullptr;
            if (file == nullptr) continue;
            std::string folder;
            for (const char* disks_name : {"SourceDisksNames.amd64", "SourceDisksNames"}) {
                const Section* disks = file_.find(disks_name);
                const Line* disk = disks != nullptr ? disks->find(file->value(0)) : nullptr;
                if (disk == nullptr) continue;
                folder = disk->value(3);
                break;
            }
            service.folders.push_back(folder + "\\" + file->value(1));
            break;
        }
        for (const char* usual : {"", "amd64", "x64"}) service.folders.push_back(usual);
    }

    const File& file_;
    Plan plan_;
    std::set<std::string> noted_;
};

}  // namespace

HostResult<Plan> make_plan(const File& file) { return Planner(file).run(); }

}  // namespace rsl::inf
