// SPDX-License-Identifier: GPL-2.0-only
#include "buses/pci/ids.hpp"

namespace rsl::pci {
namespace {

/// Writes what fits and knows when something did not.
class Writer {
  public:
    explicit Writer(std::span<char16_t> out) : out_(out) {}
    Writer& text(std::u16string_view text) {
        for (const char16_t c : text) put(c);
        return *this;
    }
    Writer& hex(uint32_t value, unsigned digits) {
        for (unsigned i = digits; i-- > 0;) put(u"0123456789ABCDEF"[value >> (4 * i) & 15]);
        return *this;
    }
    Writer& number(uint32_t value) {
        if (value >= 10) number(value / 10);
        put(static_cast<char16_t>(u'0' + value % 10));
        return *this;
    }
    Writer& end() {
        put(0);
        return *this;
    }
    size_t written() const { return used_ <= out_.size() ? used_ : 0; }

  private:
    void put(char16_t c) {
        if (used_ < out_.size()) out_[used_] = c;
        ++used_;
    }
    std::span<char16_t> out_;
    size_t used_ = 0;
};

Writer& vendor(Writer& to, const Identity& id) { return to.text(u"PCI\\VEN_").hex(id.vendor, 4); }
Writer& device(Writer& to, const Identity& id) { return vendor(to, id).text(u"&DEV_").hex(id.device, 4); }
Writer& subsystem(Writer& to, const Identity& id) {
    return device(to, id).text(u"&SUBSYS_").hex(id.subsystem, 4).hex(id.subsystem_vendor, 4);
}
Writer& revision(Writer& to, const Identity& id) { return to.text(u"&REV_").hex(id.revision, 2); }
Writer& class_of(Writer& to, const Identity& id) { return to.text(u"CC_").hex(id.base_class, 2).hex(id.sub_class, 2); }
Writer& class_and_interface(Writer& to, const Identity& id) { return class_of(to, id).hex(id.interface, 2); }

}  // namespace

size_t write_device_id(const Identity& id, std::span<char16_t> out) {
    Writer to(out);
    revision(subsystem(to, id), id).end();
    return to.written();
}

size_t write_hardware_ids(const Identity& id, std::span<char16_t> out) {
    Writer to(out);
    revision(subsystem(to, id), id).end();
    subsystem(to, id).end();
    class_and_interface(device(to, id).text(u"&"), id).end();
    class_of(device(to, id).text(u"&"), id).end();
    to.end();
    return to.written();
}

size_t write_compatible_ids(const Identity& id, std::span<char16_t> out) {
    Writer to(out);
    revision(device(to, id), id).end();
    device(to, id).end();
    class_and_interface(vendor(to, id).text(u"&"), id).end();
    class_of(vendor(to, id).text(u"&"), id).end();
    vendor(to, id).end();
    class_and_interface(to.text(u"PCI\\"), id).end();
    class_of(to.text(u"PCI\\"), id).end();
    to.end();
    return to.written();
}

size_t write_instance_id(uint8_t device, uint8_t function, std::span<char16_t> out) {
    Writer to(out);
    to.hex(static_cast<uint32_t>(device << 3 | function), 2).end();
    return to.written();
}

size_t write_location(uint8_t bus, uint8_t device, uint8_t function, std::span<char16_t> out) {
    Writer to(out);
    to.text(u"PCI bus ").number(bus).text(u", device ").number(device).text(u", function ").number(function).end();
    return to.written();
}

std::u16string_view describe_class(const Identity& id) {
    switch (id.base_class << 8 | id.sub_class) {
        case 0x0100: return u"SCSI controller";
        case 0x0106: return u"SATA controller";
        case 0x0108: return u"NVMe controller";
        case 0x0200: return u"Ethernet controller";
        case 0x0300: return u"VGA-compatible controller";
        case 0x0403: return u"Audio device";
        case 0x0500: return u"Memory controller";
        case 0x0600: return u"PCI host bridge";
        case 0x0601: return u"ISA bridge";
        case 0x0604: return u"PCI-to-PCI bridge";
        case 0x0C03: return u"USB controller";
        default: return u"PCI device";
    }
}

}  // namespace rsl::pci
