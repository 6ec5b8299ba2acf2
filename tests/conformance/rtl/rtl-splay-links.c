/* SPDX-License-Identifier: GPL-2.0-only */
/* The splay links, ntddk/nf-ntddk-rtlsplay and its family, on a tree of seven nodes: 3 with 1 (0,
 * 2) and 5 (4, 6). */
#include "conformance.h"

typedef struct {
    RTL_SPLAY_LINKS Node[7];
} TREE;

static VOID Make(TREE* Tree) {
    PRTL_SPLAY_LINKS n = Tree->Node;
    ULONG i;
    for (i = 0; i < 7; i++) RtlInitializeSplayLinks(&n[i]);
    RtlInsertAsLeftChild(&n[3], &n[1]);
    RtlInsertAsRightChild(&n[3], &n[5]);
    RtlInsertAsLeftChild(&n[1], &n[0]);
    RtlInsertAsRightChild(&n[1], &n[2]);
    RtlInsertAsLeftChild(&n[5], &n[4]);
    RtlInsertAsRightChild(&n[5], &n[6]);
}

/* Whether exactly `Count` nodes follow one another in order from `First`. */
static VOID CheckOrder(PRTL_SPLAY_LINKS First, ULONG Count) {
    ULONG seen = 1;
    PRTL_SPLAY_LINKS next;
    for (; (next = RtlRealSuccessor(First)) != NULL && seen < 20; First = next, seen++)
        CHECK(next > First);
    CHECK_EQ(seen, Count);
}

CONFORMANCE(RtlSplay, MakesTheNodeTheRootAndKeepsTheOrder) {
    TREE tree;
    Make(&tree);
    CHECK_EQ(RtlSplay(&tree.Node[6]), &tree.Node[6]);
    CHECK(RtlIsRoot(&tree.Node[6]));
    CheckOrder(&tree.Node[0], 7);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlSplay(&tree.Node[2]), &tree.Node[2]));
    CheckOrder(&tree.Node[0], 7);
}

CONFORMANCE(RtlDelete, ReturnsTheRootOrNullWhenEmpty) {
    TREE tree;
    PRTL_SPLAY_LINKS root;
    Make(&tree);
    root = RtlDelete(&tree.Node[3]);
    REQUIRE(root != NULL);
    CHECK(RtlIsRoot(root));
    CheckOrder(&tree.Node[0], 6);
    RtlInitializeSplayLinks(&tree.Node[0]);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlDelete(&tree.Node[0]), NULL));
}

CONFORMANCE(RtlDeleteNoSplay, UpdatesTheRoot) {
    TREE tree;
    PRTL_SPLAY_LINKS root = &tree.Node[3];
    Make(&tree);
    RtlDeleteNoSplay(&tree.Node[0], &root);
    CHECK_EQ(root, &tree.Node[3]);
    CHECK_EQ(RtlLeftChild(&tree.Node[1]), NULL);
    RtlDeleteNoSplay(&tree.Node[3], &root);
    CHECK(root != &tree.Node[3]);
    CHECK(RtlIsRoot(root));
    CheckOrder(&tree.Node[1], 5);
    RtlInitializeSplayLinks(&tree.Node[0]);
    root = &tree.Node[0];
    AT_IRQL(DISPATCH_LEVEL, RtlDeleteNoSplay(&tree.Node[0], &root));
    CHECK_EQ(root, NULL);
}

CONFORMANCE(RtlSubtreeSuccessor, IsTheLeftmostOfTheRightSubtree) {
    TREE tree;
    Make(&tree);
    CHECK_EQ(RtlSubtreeSuccessor(&tree.Node[3]), &tree.Node[4]);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlSubtreeSuccessor(&tree.Node[2]), NULL));
}

CONFORMANCE(RtlSubtreePredecessor, IsTheRightmostOfTheLeftSubtree) {
    TREE tree;
    Make(&tree);
    CHECK_EQ(RtlSubtreePredecessor(&tree.Node[3]), &tree.Node[2]);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlSubtreePredecessor(&tree.Node[4]), NULL));
}

CONFORMANCE(RtlRealSuccessor, IsTheNextInOrder) {
    TREE tree;
    Make(&tree);
    CHECK_EQ(RtlRealSuccessor(&tree.Node[2]), &tree.Node[3]);
    CHECK_EQ(RtlRealSuccessor(&tree.Node[3]), &tree.Node[4]);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlRealSuccessor(&tree.Node[6]), NULL));
}

CONFORMANCE(RtlRealPredecessor, IsThePreviousInOrder) {
    TREE tree;
    Make(&tree);
    CHECK_EQ(RtlRealPredecessor(&tree.Node[4]), &tree.Node[3]);
    CHECK_EQ(RtlRealPredecessor(&tree.Node[3]), &tree.Node[2]);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlRealPredecessor(&tree.Node[0]), NULL));
}
