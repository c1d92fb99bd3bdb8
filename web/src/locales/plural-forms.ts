/** Which of the forms of a message, divided by bars, goes with a count. */

/** As `Intl.PluralRules` names them, in the order in which Arabic messages have their forms. */
const ARABIC_FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'] as const
export const ARABIC_FORM_COUNT = ARABIC_FORMS.length

const arabic = new Intl.PluralRules('ar')

export const arabicForm = (count: number): number => ARABIC_FORMS.indexOf(arabic.select(count))
