// SPDX-License-Identifier: GPL-2.0-only
#include "host/inf/plan.hpp"

#include <algorithm>

#include "base/testing/test.hpp"
#include "host/inf/registry.hpp"

namespace rsl::inf {
namespace {

constexpr const char* kHead =
    "[Version]\nSignature=\"$Windows "
    "NT$\"\nClass=Sample\nClassGuid={78A1C341-4539-11d3-B88D-00C04FAD5171}\nProvider=%V%\n"
    "DriverVer=01/02/2003,4.5.6.7\n[Strings]\nV=\"Vendor\"\nD=\"A device\"\n";
constexpr const char* kBody =
    "[Manufacturer]\n%V%=Models,NTx86,NTamd64,NTamd64.10.0\n"
    "[Models.NTx86]\n%D%=Old,ROOT\\old\n[Models.NTamd64]\n%D%=Old,ROOT\\old\n"
    "[Models.NTamd64.10.0]\n%D%=Inst,ROOT\\dev,ROOT\\compatible\n"
    "[Inst.NT]\nAddReg=Soft\nCopyFiles=Files\n[Inst.NT.Services]\nAddService=drv,0x2,"
    "Svc\nAddService=filter,,Filter\n"
    "[Inst.NT.HW]\nAddReg=Hard\n"
    "[Svc]\nServiceType=1\nStartType=3\nErrorControl=1\nServiceBinary=%12%\\drv.sys\nDisplayName=%"
    "D%\n"
    "[Filter]\nServiceType=1\nStartType=3\nErrorControl=1\nServiceBinary=%12%\\filter.sys\n"
    "[Soft]\nHKR,,Number,0x00010001,7\nHKR,Sub,List,0x00010000,a,b\nHKR,,Bytes,1,01,ff\nHKR,,Keep,"
    "2,text\nHKR,Empty,,0x10\n"
    "[Hard]\nHKR,,UpperFilters,0x00010000,filter\nHKR,Interrupt "
    "Management\\MessageSignaledInterruptProperties,MSISupported,0x00010001,1\n"
    "[Files]\ndrv.sys,drv64.sys\n[SourceDisksFiles]\ndrv64.sys=1,sub\n[SourceDisksNames]\n1=disk,,,"
    "\\amd64\n";

HostResult<Plan> plan_of(const std::string& text) {
    const auto file = File::parse(std::as_bytes(std::span(text)), "t.inf");
    if (!file) return file.failure();
    return make_plan(*file);
}

const RegistryValue* find(const Plan& plan, const std::string& key_end, const std::string& name) {
    for (const auto& value : plan.values) {
        if (value.key.ends_with(key_end) && value.name == name) return &value;
    }
    return nullptr;
}

RSL_TEST(InfPlan, TakesTheBestDecoration)
{
    const auto plan = plan_of(std::string(kHead) + kBody);
    RSL_REQUIRE(bool(plan));
    RSL_REQUIRE(plan->models.size() == 1);
    const Model& model = plan->models[0];
    RSL_EXPECT(model.section == "Inst.NT" && model.description == "A device" &&
               model.manufacturer == "Vendor");
    RSL_EXPECT(model.ids == (std::vector<std::string>{"ROOT\\dev", "ROOT\\compatible"}));
    RSL_EXPECT(model.service == "drv");
}

RSL_TEST(InfPlan, RanksDecorations)
{
    RSL_EXPECT(rank_of_decoration("NTamd64.10.0") > rank_of_decoration("NTamd64.6.1"));
    RSL_EXPECT(rank_of_decoration("NTamd64.6.1") > rank_of_decoration("NTamd64"));
    RSL_EXPECT(rank_of_decoration("NTamd64") > rank_of_decoration("NT"));
    RSL_EXPECT(rank_of_decoration("ntamd64.10.0...19041") >
               rank_of_decoration("ntamd64.10.0...16299"));
    for (const char* not_ours : {"NTx86", "NTia64", "NTarm64", "NTamd64.10.0...22000", "NTamd64.11",
                                 "NTamd64.6.1.3", "HW", "Services", ""}) {
        RSL_EXPECT(rank_of_decoration(not_ours) < 0);
    }
}

RSL_TEST(InfPlan, WritesEveryKindOfValue)
{
    const auto plan = plan_of(std::string(kHead) + kBody);
    RSL_REQUIRE(bool(plan));
    const RegistryValue* number = find(*plan, "ROOT#dev\\Driver", "Number");
    RSL_REQUIRE(number != nullptr);
    RSL_EXPECT(number->type == 4 && number->data == number_data(7));
    const RegistryValue* list = find(*plan, "ROOT#dev\\Driver\\Sub", "List");
    RSL_REQUIRE(list != nullptr);
    RSL_EXPECT(list->type == 7 && list->data == list_data({"a", "b"}));
    const RegistryValue* bytes = find(*plan, "ROOT#dev\\Driver", "Bytes");
    RSL_REQUIRE(bytes != nullptr);
    RSL_EXPECT(bytes->type == 3 &&
               bytes->data == (std::vector<std::byte>{std::byte{1}, std::byte{0xFF}}));
    RSL_EXPECT(find(*plan, "ROOT#dev\\Driver", "Keep")->action ==
               RegistryValue::Action::kKeepExisting);
    RSL_EXPECT(find(*plan, "ROOT#dev\\Driver\\Empty", "")->action ==
               RegistryValue::Action::kKeyOnly);
    RSL_EXPECT(find(*plan, "ROOT#compatible", "Service") != nullptr);
}

RSL_TEST(InfPlan, FiltersGoToTheDeviceAndTheRestToItsParameters)
{
    const auto plan = plan_of(std::string(kHead) + kBody);
    RSL_REQUIRE(bool(plan));
    RSL_EXPECT(find(*plan, "DeviceIds\\ROOT#dev", "UpperFilters") != nullptr);
    RSL_EXPECT(find(*plan,
                    "ROOT#dev\\Device\\Interrupt Management\\MessageSignaledInterruptProperties",
                    "MSISupported") != nullptr);
}

RSL_TEST(InfPlan, KnowsServicesAndWhereTheirFilesLie)
{
    const auto plan = plan_of(std::string(kHead) + kBody);
    RSL_REQUIRE(bool(plan));
    RSL_REQUIRE(plan->services.size() == 2);
    RSL_EXPECT(plan->services[0].file == "drv64.sys" &&
               plan->services[0].folders[0] == "\\amd64\\sub");
    RSL_EXPECT(plan->services[0].is_function_driver && !plan->services[1].is_function_driver);
    RSL_EXPECT(find(*plan, "Services\\drv", "Start")->data == number_data(3));
}

RSL_TEST(InfPlan, RefusesWithALine)
{
    const struct {
        const char* body;
        const char* part;
    } cases[] = {
        {"[Manufacturer]\nx=M,NTamd64\n[M.NTamd64]\nd=Gone,ROOT\\x\n",
         "the install section [Gone] is not there"},
        {"[Manufacturer]\nx=M,NTx86\n", "serves no device of 64-bit Windows"},
        {"[Manufacturer]\nx=M,NTamd64\n[M.NTamd64]\nd=I,ROOT\\x\n[I]\nAddReg=R\n[R]\nHKR,,v,"
         "0x10001,word\n",
         "'word' is no number of 32 bits"},
        {"[Manufacturer]\nx=M,NTamd64\n[M.NTamd64]\nd=I,ROOT\\x\n[I]\nAddReg=R\n[R]\nHKX,,v,,"
         "word\n",
         "'HKX' is no registry root"},
        {"[Manufacturer]\nx=M,NTamd64\n[M.NTamd64]\nd=I,ROOT\\x\n[I]\nAddReg=R\n[R]\nHKR,,v,1,"
         "xyz\n",
         "'xyz' is no byte"},
        {"[Manufacturer]\nx=M,NTamd64\n[M.NTamd64]\nd=I,ROOT\\x\n[I]\n[I.Services]\nAddService=s,2,"
         "Gone\n",
         "[Gone] is not there"},
    };
    for (const auto& one : cases) {
        const auto plan = plan_of(std::string(kHead) + one.body);
        RSL_REQUIRE(!plan);
        RSL_EXPECT(plan.failure().text().find(one.part) != std::string::npos);
    }
    RSL_EXPECT(!plan_of("[x]\n"));
    RSL_EXPECT(!plan_of("[Version]\nSignature=other\n"));
}

RSL_TEST(InfPlan, NotesWhatIsLeftOut)
{
    const auto plan = plan_of(std::string(kHead) +
                              "[Manufacturer]\nx=M,NTamd64\n[M.NTamd64]\nd=I,USB\\VID_1\n[I]"
                              "\nInclude=usb.inf\nNeeds=y\n[I.CoInstallers]\nAddReg=z\n");
    RSL_REQUIRE(bool(plan));
    RSL_EXPECT_EQ(plan->notes.size(), size_t{2});
    RSL_EXPECT(plan->models[0].service.empty());
}

}  // namespace
}  // namespace rsl::inf
