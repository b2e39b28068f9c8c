import { createTheme } from '@mantine/core';

/** Mantine's controls in our sizes and greys; every colour that says something is a token of tokens.css. */
export const theme = createTheme({
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 4,
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  respectReducedMotion: true,
  colors: {
    dark: [
      '#c9d3de',
      '#b5c0cc',
      '#8d9aa8',
      '#8d9aa8',
      '#2a3440',
      '#222c37',
      '#1a222c',
      '#12181f',
      '#0d1117',
      '#090c10',
    ],
    gray: [
      '#f6f8fa',
      '#eceff3',
      '#e2e6eb',
      '#d2d9e0',
      '#c3ccd5',
      '#626d79',
      '#5b6774',
      '#46515d',
      '#2f3a45',
      '#1a222c',
    ],
  },
  components: {
    Button: { defaultProps: { size: 'xs', fw: 500 } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    InputWrapper: { styles: { description: { fontSize: 12 }, error: { fontSize: 12 } } },
  },
});
