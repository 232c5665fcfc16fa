/** One cost over one size, as a picture for docs/performance.md. */
import { join } from "node:path";
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { ROOT } from "../support/process.ts";

const WIDTH = 720;
const HEIGHT = 320;

export interface Growth {
  /** The picture's name in docs/performance. */
  readonly name: string;
  readonly title: string;
  /** What grows, and its sizes. */
  readonly of: string;
  readonly sizes: readonly number[];
  /** What it costs at each size, and where that is read. */
  readonly costs: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly axis: "left" | "right";
  }[];
  /** Sizes that are each some times the one before. */
  readonly log: boolean;
}

/** Draws it and writes the file. */
export async function draw({ name, title, of, sizes, costs, log }: Growth): Promise<void> {
  use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  const both = costs.some(({ axis }) => axis === "right");
  const round = (value: number): number => Number(value.toPrecision(3));
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: { text: title, textStyle: { fontSize: 13 }, left: "center" },
    legend: { top: 30, itemGap: 14, textStyle: { fontSize: 11 } },
    grid: { left: 60, right: 60, top: 85, bottom: 45 },
    xAxis: { type: log ? "log" : "value", name: of, nameLocation: "middle", nameGap: 28 },
    yAxis: [
      { type: "value", min: 0 },
      { type: "value", min: 0, splitLine: { show: false } },
    ],
    series: costs.map((cost) => ({
      name: both ? `${cost.name} (${cost.axis})` : cost.name,
      type: "line",
      yAxisIndex: cost.axis === "left" ? 0 : 1,
      data: cost.values.map((value, nth) => [sizes[nth], round(value)]),
    })),
  });
  await Bun.write(join(ROOT, "docs", "performance", `${name}.svg`), chart.renderToSVGString());
  chart.dispose();
}
