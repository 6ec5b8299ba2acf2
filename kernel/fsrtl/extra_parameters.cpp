// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/fsrtl/extra_parameters.hpp"

namespace rsl::fsrtl {

ExtraParameter* find(ExtraParameterList& list, const GUID& type) {
    for (ExtraParameter& parameter : list.members) {
        if (is_same(parameter.type, type)) return &parameter;
    }
    return nullptr;
}

void destroy(ExtraParameter& parameter) {
    if (parameter.cleanup != nullptr) parameter.cleanup(parameter.context(), &parameter.type);
    mm::free(&parameter);
}

}  // namespace rsl::fsrtl
