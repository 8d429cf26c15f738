<?php
// Arcs "tail head capacity cost" on stdin (-1: source, -2: sink); numbers of the arcs between two
// other nodes that carry flow on stdout. The file with the class MinCostMaxFlow is the argument.
require $argv[1];
$flow = new MinCostMaxFlow;
$names = [-1 => ".source", -2 => ".sink"];
$arcs = [];
while (($line = fgets(STDIN)) !== false) {
    [$tail, $head, $capacity, $cost] = array_map("intval", explode(" ", trim($line)));
    foreach ([$tail, $head] as $node)
        if (!isset($names[$node])) {
            $names[$node] = "n$node";
            $flow->add_node("n$node", "node");
        }
    $flow->add_edge($names[$tail], $names[$head], $capacity, $cost);
    if ($tail >= 0 && $head >= 0)
        $arcs["n$tail n$head"] = count($arcs);
}
$flow->run();
foreach ($flow->nodes("node") as $node)
    foreach ($node->e as $edge)
        if ($edge->src === $node && $edge->flow > 0 && isset($arcs["{$edge->src->name} {$edge->dst->name}"]))
            echo $arcs["{$edge->src->name} {$edge->dst->name}"], "\n";
