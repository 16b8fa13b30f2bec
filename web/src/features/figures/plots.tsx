import { useLingui } from '@lingui/react/macro'
import {
  Area,
  Bar,
  CartesianGrid,
  Cell,
  ComposedChart,
  Line,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts'
import type { CurvePoint, Figures } from '../../../../contract/figures.ts'
import { useGroupName } from './words.ts'

const HOUR = 3_600_000
const tick = { fill: 'var(--text-3)', fontSize: 12 }
const axis = { stroke: 'var(--line-strong)', tick, tickLine: false } as const

type PlotProps = { figures: Figures; clock: 'calendar' | 'business' }

/** The curve of those who still wait. What it shows stands in words and numbers beside it. */
export function CurvePlot({ figures, clock }: PlotProps) {
  const { t } = useLingui()
  const points = curvePoints(figures.curve[clock])
  return (
    <div aria-hidden className="h-64 w-full">
      <ResponsiveContainer width="100%" height="100%">
        <ComposedChart
          accessibilityLayer={false}
          data={points}
          margin={{ top: 8, right: 16, bottom: 20, left: 4 }}
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            {...axis}
            dataKey="hours"
            type="number"
            domain={[0, 'auto']}
            label={{ value: t`hours`, position: 'insideBottom', offset: -12, ...tick }}
          />
          <YAxis {...axis} domain={[0, 100]} unit=" %" width={56} />
          <Area
            type="stepAfter"
            dataKey="band"
            stroke="none"
            fill="var(--accent)"
            fillOpacity={0.18}
            isAnimationActive={false}
          />
          <Line
            type="stepAfter"
            dataKey="waiting"
            stroke="var(--accent)"
            strokeWidth={2}
            dot={false}
            isAnimationActive={false}
          />
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  )
}

/** The median of each group as a bar; pale where half were not answered yet. The table beneath says all. */
export function GroupPlot({ figures, clock }: PlotProps) {
  const { t } = useLingui()
  const nameOf = useGroupName()
  const bars = figures.groups.slice(0, figures.by === 'hour' ? 168 : 20).map((group) => ({
    name: nameOf(figures.by, group),
    hours: (group.sample[clock]?.median.ms ?? 0) / HOUR,
    moreThan: group.sample[clock]?.median.moreThan ?? false,
  }))
  return (
    <div aria-hidden className="h-64 w-full">
      <ResponsiveContainer width="100%" height="100%">
        <ComposedChart
          accessibilityLayer={false}
          data={bars}
          margin={{ top: 8, right: 16, bottom: 4, left: 4 }}
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis {...axis} dataKey="name" interval="equidistantPreserveStart" />
          <YAxis {...axis} unit={` ${t`h`}`} width={56} />
          <Bar dataKey="hours" isAnimationActive={false} maxBarSize={48}>
            {bars.map(({ name, moreThan }) => (
              <Cell
                key={name}
                fill="var(--accent)"
                fillOpacity={moreThan ? 0.3 : 1}
                stroke="var(--accent)"
                strokeDasharray={moreThan ? '4 3' : '0'}
              />
            ))}
          </Bar>
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  )
}

/** From everybody at 0 on, in percent. */
function curvePoints(curve: readonly CurvePoint[]) {
  const start = { at: 0, waiting: 1, low: 1, high: 1 }
  return [start, ...curve].map(({ at, waiting, low, high }) => ({
    hours: Math.round((at / HOUR) * 100) / 100,
    waiting: waiting * 100,
    band: [low * 100, high * 100],
  }))
}
