/** The samples as a picture for docs/. */
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Sample } from "./samples.ts";

const WIDTH = 900;
const HEIGHT = 460;
/** Enough points for a line of this width. */
const POINTS_MAX = 300;
const SECONDS_PER_MINUTE = 60;

/** Memory on the left axis, counts on the right. @returns the SVG's text */
export function plot(title: string, samples: readonly Sample[]): string {
  use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const every = Math.max(1, Math.ceil(samples.length / POINTS_MAX));
  const shown = samples.filter((_, at) => at % every === 0);
  const line = (name: string, yAxisIndex: number, of: (sample: Sample) => number) => ({
    name,
    type: "line",
    yAxisIndex,
    showSymbol: false,
    lineStyle: { width: 1.5 },
    data: shown.map((sample) => [sample.seconds / SECONDS_PER_MINUTE, Math.round(of(sample))]),
  });
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: { text: title, textStyle: { fontSize: 14 }, left: "center" },
    legend: { top: 28 },
    grid: { left: 60, right: 60, top: 70, bottom: 45 },
    xAxis: { type: "value", name: "minutes", nameLocation: "middle", nameGap: 28 },
    yAxis: [
      { type: "value", name: "MiB", min: 0 },
      { type: "value", name: "count", min: 0, splitLine: { show: false } },
    ],
    series: [
      line("RSS, MiB", 0, ({ rssMib }) => rssMib),
      line("heap, MiB", 0, ({ heapMib }) => heapMib),
      line("descriptors", 1, (sample) => sample.descriptors),
      line("timers", 1, (sample) => sample.timers),
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
