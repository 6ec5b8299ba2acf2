// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/fsrtl/expression.hpp"

#include "base/testing/test.hpp"

namespace rsl::fsrtl {
namespace {

bool match(std::u16string_view expression, std::u16string_view name) {
    return *matches(expression, name, Folding::kName);
}

}  // namespace

RSL_TEST(FsRtlExpression, StarMatchesAnyRun) {
    RSL_EXPECT(match(u"*", u"a.b"));
    RSL_EXPECT(match(u"A*C", u"abbbc"));
    RSL_EXPECT(match(u"A*C", u"ac"));
    RSL_EXPECT(!match(u"A*C", u"acd"));
    RSL_EXPECT(match(u"*A*B*", u"xxaxxbxx"));
    RSL_EXPECT(!match(u"*.*", u"readme"));  // a dot is a dot here
    RSL_EXPECT(match(u"*.*", u"readme.txt"));
}

RSL_TEST(FsRtlExpression, QuestionMatchesExactlyOne) {
    RSL_EXPECT(match(u"A?C", u"abc"));
    RSL_EXPECT(!match(u"A?C", u"ac"));
    RSL_EXPECT(!match(u"A??", u"ab"));
}

RSL_TEST(FsRtlExpression, DosStarStopsAtTheLastDot) {
    RSL_EXPECT(match(u"<.TXT", u"a.b.txt"));
    RSL_EXPECT(!match(u"<", u"a.b"));
    RSL_EXPECT(match(u"<", u"noextension"));
    RSL_EXPECT(match(u"A.<", u"a.b"));
    RSL_EXPECT(match(u"*<X", u"a.yx"));  // the star takes the dot, so that the other may begin behind it
}

RSL_TEST(FsRtlExpression, DosQuestionsMayMatchNothingBeforeADot) {
    RSL_EXPECT(match(u"A>>>.TXT", u"ab.txt"));
    RSL_EXPECT(match(u"A>>>.TXT", u"a.txt"));
    RSL_EXPECT(!match(u"A>.TXT", u"abc.txt"));
    RSL_EXPECT(match(u"A>>", u"a"));
}

RSL_TEST(FsRtlExpression, DosDotMatchesADotOrTheEnd) {
    RSL_EXPECT(match(u"A\"", u"a."));
    RSL_EXPECT(match(u"A\"", u"a"));
    RSL_EXPECT(!match(u"A\"B", u"ab"));
    RSL_EXPECT(match(u"*\"*", u"abc"));
}

RSL_TEST(FsRtlExpression, NothingMatchesOnlyNothing) {
    RSL_EXPECT(match(u"", u""));
    RSL_EXPECT(!match(u"*", u""));
    RSL_EXPECT(!match(u"", u"a"));
}

RSL_TEST(FsRtlExpression, FoldsAsAsked) {
    RSL_EXPECT(!*matches(u"ABC", u"abc", Folding::kExact));
    RSL_EXPECT(*matches(u"abc", u"abc", Folding::kExact));
    RSL_EXPECT(match(u"\u00C4", u"\u00E4"));
}

RSL_TEST(FsRtlExpression, LongExpressionsComeFromThePool) {
    char16_t text[600];
    for (auto& unit : text) unit = u'A';
    RSL_EXPECT(match({text, 600}, {text, 600}));
    RSL_EXPECT(!match({text, 600}, {text, 599}));
}

RSL_TEST(FsRtlExpression, KnowsWildcards) {
    for (const auto* name : {u"a*", u"?", u"<a", u"a>", u"\""}) RSL_EXPECT(has_wildcards(name));
    RSL_EXPECT(!has_wildcards(u"plain.txt"));
}

}  // namespace rsl::fsrtl
