/**
 * Charts as SVG, drawn on the server by Apache ECharts. It is loaded when the first one is asked
 * for: 80 ms in the binary and 230 ms from source, that no start and no tablet pays.
 */

import { etapaText } from "../../views/partes/duracion.ts";
import { OPERACION } from "../../views/textos.ts";
import { OPERACIONES, type Operacion } from "../domain/spool.ts";
import type { Estadia, Produccion } from "../floor/diario-produccion.ts";

export type Tema = "claro" | "oscuro";

interface Colores {
  readonly tinta: string;
  readonly papel: string;
  readonly linea: string;
  readonly operacion: Readonly<Record<Operacion, string>>;
}

/** The colours of static/app.css: an SVG in an <img> does not see the page's. */
const COLORES: Readonly<Record<Tema, Colores>> = {
  claro: {
    tinta: "#14191c",
    papel: "#ffffff",
    linea: "#ccd4d8",
    operacion: { ARM: "#1d5fa8", SOLD: "#a5450c", METROLOGIA: "#5b3fa0", REPARACION: "#8a2a5c" },
  },
  oscuro: {
    tinta: "#eef2f4",
    papel: "#1a2023",
    linea: "#3a454b",
    operacion: { ARM: "#86bdf7", SOLD: "#ffab78", METROLOGIA: "#c3aef7", REPARACION: "#f2a3cb" },
  },
};

const WIDTH = 1_000;
const FONT = { fontFamily: "system-ui, Noto Sans, Roboto, sans-serif", fontSize: 18 };
const HOUR_MS = 3_600_000;

/** ECharts with bars alone; loaded once. */
async function loadECharts() {
  const [core, charts, components, renderers] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
  ]);
  const { GridComponent, LegendComponent } = components;
  core.use([charts.BarChart, GridComponent, LegendComponent, renderers.SVGRenderer]);
  return core;
}

let loading: ReturnType<typeof loadECharts> | null = null;

/** An option of ECharts; its own type is not worth its 60,000 lines to the compiler. */
type Option = Readonly<Record<string, unknown>>;

/**
 * As our CSP lets it be drawn when somebody opens it by itself: without inline styles. All that
 * ECharts says by them is a text's font, which attributes say as well, and what would change under
 * a pointer.
 */
const withoutStyles = (svg: string): string =>
  svg
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/ style="([^"]*)"/g, (_, styles: string) =>
      styles.replace(/\s*([\w-]+)\s*:\s*([^;]+);?/g, ' $1="$2"'),
    );

async function draw(height: number, option: Option): Promise<string> {
  loading ??= loadECharts();
  const core = await loading;
  const chart = core.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, ...option });
    return withoutStyles(chart.renderToSVGString({ useViewBox: true }));
  } finally {
    chart.dispose();
  }
}

const axis = ({ tinta, linea }: Colores) => ({
  axisLabel: { color: tinta, ...FONT },
  axisLine: { lineStyle: { color: linea } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: linea } },
});

/** Bars per day, one part per operation. */
export function produccionSvg(dias: readonly Produccion[], tema: Tema): Promise<string> {
  const colores = COLORES[tema];
  const days = dias.map(({ dia }) => dia.fecha.slice(5).split("-").reverse().join("-"));
  return draw(420, {
    color: OPERACIONES.map((op) => colores.operacion[op]),
    legend: { top: 0, textStyle: { color: colores.tinta, ...FONT }, itemGap: 24 },
    grid: { left: 56, right: 8, top: 56, bottom: 40 },
    xAxis: { type: "category", data: days, ...axis(colores) },
    yAxis: { type: "value", minInterval: 1, ...axis(colores) },
    series: OPERACIONES.map((op) => ({
      type: "bar",
      stack: "dia",
      name: OPERACION[op],
      barMaxWidth: 44,
      itemStyle: { borderColor: colores.papel, borderWidth: 1 },
      // A bar of no height would still draw its edge over the axis.
      data: dias.map(({ hechos }) => hechos[op] || "-"),
    })),
  });
}

const horas = (ms: number): number => Math.round((ms / HOUR_MS) * 10) / 10;

/** A bar per stage: half of the spools stood no longer than this. */
export function estadiasSvg(estadias: readonly Estadia[], tema: Tema): Promise<string> {
  const colores = COLORES[tema];
  const rows = estadias.filter(({ total }) => total > 0).toReversed();
  const largo = 46;
  return draw(rows.length * largo + 60, {
    grid: { left: 300, right: 90, top: 8, bottom: 44 },
    xAxis: { type: "value", ...axis(colores), axisLabel: { color: colores.tinta, ...FONT } },
    yAxis: { type: "category", data: rows.map(({ etapa }) => etapaText(etapa)), ...axis(colores) },
    series: [
      {
        type: "bar",
        barMaxWidth: 28,
        label: {
          show: true,
          position: "right",
          color: colores.tinta,
          ...FONT,
          formatter: ({ value }: { value: number }) => `${value.toLocaleString("es-CL")} h`,
        },
        data: rows.map(({ etapa, medianaMs }) => ({
          value: horas(medianaMs),
          itemStyle: { color: colores.operacion[etapa.operacion] },
        })),
      },
    ],
  });
}
