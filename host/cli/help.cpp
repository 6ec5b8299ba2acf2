// SPDX-License-Identifier: GPL-2.0-only
// Help, shell completion and the man page, all made from the table of verbs.
#include "host/cli/help.hpp"

#include <algorithm>

#include "host/cli/verbs.hpp"

namespace rsl::cli {
namespace {

std::string synopsis(const Verb& verb) {
    std::string text = "rsl " + std::string(verb.path);
    for (const auto& argument : verb.args) {
        const std::string name(argument.name);
        text += argument.count == Count::kOne        ? " " + name
                : argument.count == Count::kOptional ? " [" + name + "]"
                                                     : " " + name + "...";
    }
    return text + " [options]";
}

std::string flag_text(const Flag& flag) {
    std::string text(flag.name);
    if (const size_t comma = text.find(','); comma != std::string::npos)
        text.replace(comma, 1, ", ");
    if (flag.use == ValueUse::kOptional) return text + "[=" + std::string(flag.value) + "]";
    return flag.value.empty() ? text : text + " " + std::string(flag.value);
}

template <typename Act>
void each_line(std::string_view text, Act act) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        act(line);
    }
}

/// troff takes a leading dot or quote, and backslashes, for its own.
std::string roff(std::string_view text) {
    std::string out = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

}  // namespace

std::string general_help() {
    std::string text =
        "rsl runs Windows kernel drivers on Linux, each in a virtual machine of milliseconds.\n\n"
        "usage: rsl VERB ...\n\n";
    for (const Verb* verb : all_verbs())
        text += fmt::format("  {:<15} {}\n", verb->path, verb->summary);
    return text +
           "\n'rsl help VERB' says more. To begin with: rsl run build/samples/echo.sys --ioctl "
           "0x222000 --in text:hello\n";
}

std::string verb_help(const Verb& verb) {
    std::string text =
        fmt::format("rsl {}: {}\n\nusage: {}\n", verb.path, verb.summary, synopsis(verb));
    if (!verb.args.empty()) text += "\n";
    for (const auto& argument : verb.args)
        text += fmt::format("  {:<22} {}\n", argument.name, argument.help);
    text += "\n";
    for (const auto& flag : flags_of(verb))
        text += fmt::format("  {:<22} {}\n", flag_text(flag), flag.help);
    if (!verb.more.empty()) {
        text += "\nexamples:\n";
        each_line(verb.more, [&](std::string_view line) { text += fmt::format("  {}\n", line); });
    }
    return text;
}

std::string bash_completion() {
    std::string text =
        "# bash completion for rsl; made by 'rsl completion'\n_rsl() {\n    local "
        "word=${COMP_WORDS[COMP_CWORD]} call=\"${COMP_WORDS[*]:1:COMP_CWORD-1} \"\n"
        "    local choices=\"\" files=no\n    case \"$call\" in\n";
    for (const Verb* verb : all_verbs()) {
        std::string flags;
        for (const auto& flag : flags_of(*verb))
            flags += std::string(flags.empty() ? "" : " ") + "--" + std::string(flag.key());
        const bool files =
            std::any_of(verb->args.begin(), verb->args.end(),
                        [](const Argument& argument) { return argument.name == "FILE"; });
        text += fmt::format("        \"{} \"*) choices=\"{}\"{};;\n", verb->path, flags,
                            files ? " files=yes " : " ");
    }
    std::string verbs, drivers;
    for (const Verb* verb : all_verbs()) {
        const size_t space = verb->path.find(' ');
        if (space != std::string_view::npos)
            drivers += (drivers.empty() ? "" : " ") + std::string(verb->path.substr(space + 1));
        const std::string first(verb->path.substr(0, space));
        if ((" " + verbs + " ").find(" " + first + " ") == std::string::npos)
            verbs += (verbs.empty() ? "" : " ") + first;
    }
    text += fmt::format(
        "        \"driver \"*) choices=\"{}\" ;;\n        *) choices=\"{}\" ;;\n    esac\n",
        drivers, verbs);
    text +=
        "    COMPREPLY=( $(compgen -W \"$choices\" -- \"$word\") )\n    [ $files = yes ] && "
        "COMPREPLY+=( $(compgen -f -- \"$word\") )\n}\n"
        "complete -o filenames -F _rsl rsl\n";
    return text;
}

std::string manual_page() {
    std::string text = fmt::format(
        ".TH RSL 1 \"\" \"rsl {}\" \"RSL\"\n.SH NAME\nrsl \\- run Windows kernel drivers on "
        "Linux\n.SH SYNOPSIS\n.B rsl\n.I VERB\n[options]\n"
        ".SH DESCRIPTION\nLoads unmodified x64 Windows drivers into a virtual machine with an NT "
        "kernel of its own, and calls them.\n.SH VERBS\n",
        RSL_VERSION);
    for (const Verb* verb : all_verbs()) {
        text += fmt::format(".SS {}\n{}.\n", roff(synopsis(*verb)), roff(verb->summary));
        for (const auto& argument : verb->args)
            text += fmt::format(".TP\n.I {}\n{}\n", roff(argument.name), roff(argument.help));
        for (const auto& flag : flags_of(*verb))
            text += fmt::format(".TP\n.B {}\n{}\n", roff(flag_text(flag)), roff(flag.help));
        if (verb->more.empty()) continue;
        text += ".PP\n.nf\n";
        each_line(verb->more, [&](std::string_view line) { text += roff(line) + "\n"; });
        text += ".fi\n";
    }
    return text +
           ".SH EXIT STATUS\n.TP\n0\ndone\n.TP\n1\nwrong use\n.TP\n2\nthe driver or device "
           "refused; the NTSTATUS is printed\n.TP\n3\nthe driver crashed; a report is printed\n"
           ".TP\n4\nthe VM or the host failed\n.SH ENVIRONMENT\n.TP\nRSL_VM\nthe VM that verbs "
           "talk to\n.TP\nRSL_SHARE\nthe folder of the guest's files\n.TP\nRSL_QEMU\nthe QEMU to "
           "run\n"
           ".TP\nRSL_RUNTIME_DIR\nwhere VMs' sockets are\n.TP\nNO_COLOR\nno colours\n";
}

const Verb kHelp{
    .path = "help",
    .summary = "explain rsl, or one verb",
    .args = {{"VERB", "such as: run, driver load", Count::kOptional},
             {"VERB2", "its second word", Count::kOptional}},
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        std::vector<std::string> words{call.arg("VERB")};
        if (!call.arg("VERB2").empty()) words.push_back(call.arg("VERB2"));
        std::string text = general_help();
        if (!words[0].empty()) {
            const auto found = find_verb(words);
            if (found.verb == nullptr)
                return Error::wrong_use("there is no verb '" + words[0] +
                                        "'; 'rsl help' lists them");
            text = verb_help(*found.verb);
        }
        out.data = {{"help", text}};
        if (!out.json()) out.raw(text);
        return {};
    },
};

const Verb kCompletion{
    .path = "completion",
    .summary = "print completion for bash: source <(rsl completion)",
    .run = [](const Invocation&, Output& out) -> HostResult<void> {
        out.data = {{"bash", bash_completion()}};
        if (!out.json()) out.raw(bash_completion());
        return {};
    },
};

const Verb kManual{
    .path = "manual",
    .summary = "print the man page: rsl manual | man -l -",
    .run = [](const Invocation&, Output& out) -> HostResult<void> {
        out.data = {{"man", manual_page()}};
        if (!out.json()) out.raw(manual_page());
        return {};
    },
};

}  // namespace rsl::cli
